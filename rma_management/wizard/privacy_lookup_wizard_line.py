from odoo import api, fields, models
from odoo.exceptions import UserError


class PrivacyLookupWizardLine(models.TransientModel):
    """Anonymize the returns and withdrawals that were found for a person."""

    _inherit = "privacy.lookup.wizard.line"

    is_rma = fields.Boolean(string="Is a Return", compute="_compute_rma_refusal")
    rma_refusal = fields.Char(
        string="Return", compute="_compute_rma_refusal", help="Why this return cannot be anonymized now."
    )

    @api.depends("res_model", "res_id", "is_unlinked", "execution_details")
    @api.depends_context("uid")
    def _compute_rma_refusal(self):
        for line in self:
            order = line._get_rma()
            line.is_rma = bool(order)
            line.rma_refusal = order and order._get_anonymize_refusal()

    def _get_rma(self):
        """Return the return or the withdrawal that this line found.

        :return: record of a model with `rma.anonymous.mixin`, an empty return if it found something else
        """
        self.ensure_one()
        records = self.env.get(self.res_model)
        if not isinstance(records, self.env.registry["rma.anonymous.mixin"]):
            return self.env["rma.order"]
        return records.browse(self.res_id).exists()

    def action_anonymize_rma(self):
        """Anonymize the returns of these lines, and log it. Lines of other records are skipped.

        :return: True
        :raise UserError: when a return cannot be anonymized; it says why
        """
        for line in self.filtered("is_rma"):
            order = line._get_rma()
            if refusal := order._get_anonymize_refusal():
                raise UserError(refusal)
            order.action_anonymize()
            line.execution_details = self.env._(
                "Anonymized %(model)s #%(id)s", model=line.res_model_id.name, id=line.res_id
            )
        return True
