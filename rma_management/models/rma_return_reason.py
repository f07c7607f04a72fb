from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RmaReturnReason(models.Model):
    """Why a customer sends a product back, and what may be done about it."""

    _name = "rma.return.reason"
    _description = "Return Reason"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    operation_type_id = fields.Many2one(
        "rma.operation.type",
        string="Default Operation",
        ondelete="restrict",
        help="Proposed when this reason is chosen.",
    )
    operation_type_ids = fields.Many2many(
        "rma.operation.type",
        string="Allowed Operations",
        help="The only operations that this reason can be settled by. Empty: all of them.",
    )
    auto_approve = fields.Boolean(
        string="Auto-Approve",
        help="Returns for this reason are approved when they are requested, up to the value given in the settings.",
    )

    @api.constrains("operation_type_id", "operation_type_ids")
    def _check_operation_type_id(self):
        for reason in self:
            if reason.operation_type_id and not reason._allows(reason.operation_type_id):
                raise ValidationError(
                    self.env._(
                        "The default operation %(operation)s of the reason %(reason)s is not among its allowed "
                        "operations. Add it there, or choose another default.",
                        operation=reason.operation_type_id.name,
                        reason=reason.name,
                    )
                )

    def _allows(self, operation_type):
        """Tell whether an operation may be chosen with this reason (an empty reason allows all).

        :param operation_type: `rma.operation.type` record
        :rtype: bool
        """
        return not self.operation_type_ids or operation_type in self.operation_type_ids
