from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RmaOperationType(models.Model):
    """Define the disposition of goods that are not inspected.

    A resolution can use dispositions that need no inspection: stock, refurbishing, scrap, the vendor, or waiting.
    Missing goods, and wrong goods that go back to the customer, are found by inspections.
    """

    _name = "rma.operation.type"
    _inherit = ["rma.operation.type", "rma.disposition.mixin"]

    disposition = fields.Selection(
        required=True,
        default="wait",
        help="Where the received goods go when the return is settled. This can be changed when the return "
        "is processed.",
    )

    @api.constrains("disposition")
    def _check_disposition(self):
        for operation in self:
            if self.env["rma.disposition"]._get(operation.disposition)._needs_inspection:
                labels = dict(self._fields["disposition"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "“%(disposition)s” can only be the result of an inspection, so it is not available for the "
                        "resolution “%(operation)s”. Choose another disposition.",
                        disposition=labels[operation.disposition],
                        operation=operation.name,
                    )
                )

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """Return the fields, offering only the dispositions that need no inspection."""
        result = super().fields_get(allfields, attributes)
        disposition = result.get("disposition", {})
        if "selection" in disposition:
            disposition["selection"] = [
                (value, label)
                for value, label in disposition["selection"]
                if not self.env["rma.disposition"]._get(value)._needs_inspection
            ]
        return result
