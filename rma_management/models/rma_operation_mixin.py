from odoo import api, fields, models


class RmaOperationMixin(models.AbstractModel):
    """Match a reason and a resolution: the reason says which resolutions are allowed, and proposes one."""

    _name = "rma.operation.mixin"
    _description = "Choice of Reason and Resolution"

    reason_id = fields.Many2one("rma.return.reason", help="Why the product is returned.")
    allowed_operation_type_ids = fields.Many2many(
        "rma.operation.type", string="Allowed Resolutions", compute="_compute_allowed_operation_type_ids"
    )
    operation_type_id = fields.Many2one(
        "rma.operation.type",
        string="Resolution",
        compute="_compute_operation_type_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', allowed_operation_type_ids)]",
        help="What the customer receives for the product, and when.",
    )

    @api.depends("reason_id")
    def _compute_allowed_operation_type_ids(self):
        allowed = self.reason_id._get_allowed_by_reason()
        for record in self:
            record.allowed_operation_type_ids = allowed[record.reason_id]

    @api.depends("reason_id")
    def _compute_operation_type_id(self):
        for record in self:
            record.operation_type_id = record.reason_id._get_default_operation_type()

    def _allows_operation(self):
        """Return whether the resolution goes with the reason.

        :rtype: bool
        """
        self.ensure_one()
        return self.reason_id._allows(self.operation_type_id)
