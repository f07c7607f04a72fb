from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RmaOperationType(models.Model):
    """How a returned product is settled, and in which order things happen."""

    _name = "rma.operation.type"
    _description = "Return Resolution"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
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
        help="What the customer gets for the goods.",
    )
    receipt_policy = fields.Selection(
        [
            ("before", "Goods first"),
            ("after", "Settle on approval, goods to follow"),
            ("none", "Customer keeps the goods"),
        ],
        required=True,
        default="before",
        help="When the goods come back: before they are settled, afterwards, or never.",
    )
    receipt_creation = fields.Selection(
        [("auto", "On approval"), ("manual", "By hand")],
        string="Receipt",
        required=True,
        default="auto",
        help="Whether approval makes the return transfer, or somebody does with the button New Receipt.",
    )
    auto_settle = fields.Boolean(
        string="Settle Automatically",
        help="Settle as soon as the goods arrive, without anybody processing the return.",
    )
    post_credit_note = fields.Boolean(
        string="Post Credit Notes",
        help="Post the credit note at once, and the invoice of another product that replaces the returned one. "
        "Otherwise they stay drafts that an accountant checks.",
    )
    refund_shipping = fields.Selection(
        [
            ("never", "Never"),
            ("whole", "When the whole order is refunded"),
            ("always", "Always"),
        ],
        required=True,
        default="never",
        help="Whether the shipping of the order is refunded too, unless it is decided otherwise when processing.",
    )
    charge_fee = fields.Boolean(
        string="Charge Restocking Fee", default=True, help="Keep the restocking fee of the return reason."
    )
    portal_ok = fields.Boolean(
        string="On the Website", default=True, help="Customers may choose this operation when they ask for a return."
    )
    under_warranty = fields.Boolean(
        help="Repairs are made free of charge, where the product has no warranty term of its own."
    )

    has_credit = fields.Boolean(compute="_compute_from_resolution", help="Credit notes are made.")
    has_product = fields.Boolean(compute="_compute_from_resolution", help="Another product may be chosen.")
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
                        "%s: goods that are repaired, or only taken back, have to be received first.", operation.name
                    )
                )

    def _get_resolution(self):
        """Return what knows all about the resolution of this operation.

        :return: `rma.resolution.*` model, None where no operation is chosen
        """
        return self.env.get(f"rma.resolution.{self.resolution}")
