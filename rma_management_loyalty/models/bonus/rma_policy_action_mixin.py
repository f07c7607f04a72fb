from odoo import api, fields, models


class RmaPolicyActionMixin(models.AbstractModel):
    """Let a rule of the return policy reward customers who choose store credit."""

    _inherit = "rma.policy.action.mixin"

    bonus_percent = fields.Float(
        "Store Credit Bonus (%)",
        digits=(5, 2),
        help="Given on top of the credit to customers who choose store credit, as a percentage of it.",
    )

    _bonus_in_range = models.Constraint(
        "CHECK(bonus_percent BETWEEN 0 AND 100)", "The bonus must be a percentage from 0 to 100."
    )

    @api.model
    def _get_decision_names(self):
        return [*super()._get_decision_names(), "bonus_percent"]

    def _format_decision(self, name):
        if name == "bonus_percent" and self.bonus_percent:
            return self.env._("Store credit bonus: %g %%", self.bonus_percent)
        return super()._format_decision(name)
