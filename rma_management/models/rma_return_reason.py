from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RmaReturnReason(models.Model):
    """Define why customers send products back, and which resolutions are allowed."""

    _name = "rma.return.reason"
    _description = "Return Reason"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, help="Name shown to staff and customers.")
    sequence = fields.Integer(default=10, help="Order in lists.")
    active = fields.Boolean(default=True, help="If unchecked, it is hidden; existing returns keep it.")
    operation_type_id = fields.Many2one(
        "rma.operation.type",
        string="Default Resolution",
        ondelete="restrict",
        help="Proposed when this reason is chosen.",
    )
    operation_type_ids = fields.Many2many(
        "rma.operation.type",
        string="Allowed Resolutions",
        help="The only resolutions allowed for this reason. If empty, all are allowed.",
    )
    auto_approve = fields.Boolean(
        string="Auto-Approve",
        help="Returns for this reason are approved automatically when requested, up to the value in the settings.",
    )

    fee_type = fields.Selection(
        [("none", "None"), ("percent", "Percentage of the refund"), ("amount", "Amount per unit")],
        string="Restocking Fee",
        required=True,
        default="none",
        help="Deducted from the refund. This can be changed when the return is processed.",
    )
    fee_percent = fields.Float(
        string="Fee (%)",
        digits=(5, 2),
        help="Restocking fee, as a percentage of the price, if the resolution charges one.",
    )
    fee_amount = fields.Float(
        string="Fee per Unit", digits="Product Price", help="In the currency of the company, before taxes."
    )
    photo_required = fields.Boolean(help="The customer must add a photo of the product.")
    portal_ok = fields.Boolean(
        string="On the Website", default=True, help="Customers can choose this reason when they request a return."
    )

    _fee_in_range = models.Constraint(
        "CHECK(fee_percent BETWEEN 0 AND 100 AND fee_amount >= 0)",
        "The restocking fee must be a percentage from 0 to 100, or an amount of zero or more.",
    )

    @api.constrains("operation_type_id", "operation_type_ids")
    def _check_operation_type_id(self):
        for reason in self:
            if reason.operation_type_id and not reason._allows(reason.operation_type_id):
                raise ValidationError(
                    self.env._(
                        "The default resolution %(operation)s of the return reason %(reason)s is not one of its "
                        "allowed resolutions. Add it there, or choose another default.",
                        operation=reason.operation_type_id.name,
                        reason=reason.name,
                    )
                )

    def _allows(self, operation_type):
        """Return whether an operation may be chosen with this reason (an empty reason allows all).

        :param operation_type: `rma.operation.type` record
        :rtype: bool
        """
        return not self.operation_type_ids or operation_type in self.operation_type_ids

    def _get_allowed_operation_types(self):
        """Return the operations that may be chosen with this reason, or with none.

        :return: `rma.operation.type` records
        """
        self and self.ensure_one()
        return self._get_allowed_by_reason()[self]

    def _get_allowed_by_reason(self):
        """Return the operations that may be chosen with each of these reasons, and with none.

        :return: {`rma.return.reason` record, empty for none: `rma.operation.type` records}
        """
        every = self.env["rma.operation.type"].search([("active", "=", True)])
        return {self.browse(): every, **{reason: reason.operation_type_ids or every for reason in self}}

    def _get_portal_by_reason(self):
        """Return the operations that customers may choose with each of these reasons.

        :return: {`rma.return.reason` record: `rma.operation.type` records}
        """
        allowed = self._get_allowed_by_reason()
        return {reason: allowed[reason].filtered("portal_ok").sorted() for reason in self}

    def _get_default_operation_type(self):
        """Return the operation that this reason proposes.

        :return: `rma.operation.type` record, empty where the reason leaves the choice
        """
        allowed = self.operation_type_ids
        return self.operation_type_id or (allowed if len(allowed) == 1 else allowed.browse())
