from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RmaOperationType(models.Model):
    """Define how a returned product is settled, and in which order."""

    _name = "rma.operation.type"
    _description = "Return Resolution"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, help="Name shown to staff and customers.")
    sequence = fields.Integer(default=10, help="Order in lists.")
    active = fields.Boolean(default=True, help="If unchecked, it is hidden; existing returns keep it.")
    resolution = fields.Selection(
        [
            ("refund", "Refund"),
            ("replace", "Replacement"),
            ("repair", "Repair"),
            ("return_only", "Return only"),
        ],
        string="Customer Gets",
        required=True,
        default="refund",
        help="What the customer gets for the returned goods.",
    )
    receipt_policy = fields.Selection(
        [
            ("before", "Goods first"),
            ("after", "Settle on approval, goods follow"),
            ("none", "Customer keeps the goods"),
        ],
        required=True,
        default="before",
        help="Whether the goods come back before the return is settled, afterwards, or never.",
    )
    receipt_creation = fields.Selection(
        [("auto", "On approval"), ("manual", "Manually")],
        string="Receipt",
        required=True,
        default="auto",
        help="Create the receipt on approval, or manually with the New Receipt button.",
    )
    auto_settle = fields.Boolean(
        string="Settle Automatically",
        help="Settle the return as soon as the goods arrive, without manual processing.",
    )
    post_credit_note = fields.Boolean(
        string="Post Credit Notes",
        help="Post the credit note, and the invoice of another product that replaces the returned one, immediately. "
        "Otherwise, they stay drafts for an accountant to check.",
    )
    refund_shipping = fields.Selection(
        [
            ("never", "Never"),
            ("whole", "When the whole order is refunded"),
            ("always", "Always"),
        ],
        required=True,
        default="never",
        help="Whether the shipping cost of the order is refunded too. This can be changed when the return "
        "is processed.",
    )
    charge_fee = fields.Boolean(
        string="Charge Restocking Fee", default=True, help="Deduct the restocking fee of the return reason."
    )
    portal_ok = fields.Boolean(
        string="On the Website", default=True, help="Customers can choose this resolution when they request a return."
    )
    under_warranty = fields.Boolean(help="Repairs are free of charge if the product has no warranty term of its own.")

    has_credit = fields.Boolean(compute="_compute_from_resolution", help="Credit notes are created.")
    has_product = fields.Boolean(compute="_compute_from_resolution", help="Another product can be chosen.")
    needs_goods = fields.Boolean(compute="_compute_from_resolution", help="The goods have to be received first.")

    @api.depends("resolution")
    def _compute_from_resolution(self):
        for operation in self:
            resolution = operation._get_resolution()
            operation.has_credit = bool(resolution is not None and (resolution._credits or resolution._has_product))
            operation.has_product = bool(resolution is not None and resolution._has_product)
            operation.needs_goods = bool(resolution is not None and resolution._needs_goods)

    @api.constrains("resolution", "receipt_policy")
    def _check_receipt_policy(self):
        for operation in self:
            if operation.needs_goods and operation.receipt_policy != "before":
                raise ValidationError(
                    self.env._(
                        "%s: goods to repair or only to take back must be received first. Choose “Goods first”.",
                        operation.name,
                    )
                )

    def _get_resolution(self):
        """Return the model of the resolution of this operation.

        :return: `rma.resolution.*` model, None if no operation is chosen
        """
        return self.env.get(f"rma.resolution.{self.resolution}")
