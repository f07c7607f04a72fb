from odoo import Command, api, models
from odoo.fields import Domain


class LoyaltyProgram(models.Model):
    _inherit = "loyalty.program"

    @api.model
    def _get_rma_store_credit_program(self, company, currency):
        """Return the eWallet program for store credit in a currency, created if missing.

        :param company: `res.company` record
        :param currency: `res.currency` record
        :return: `loyalty.program` record
        """
        today = company._get_loyalty_today()
        program = self.search(
            Domain("program_type", "=", "ewallet")
            & Domain("company_id", "in", [False, *company.parent_ids.ids])
            & Domain("currency_id", "=", currency.id)
            & (Domain("date_from", "=", False) | Domain("date_from", "<=", today))
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", today)),
            limit=1,
        )
        return program or self.create(self._prepare_rma_store_credit_program_values(company, currency))

    @api.model
    def _prepare_rma_store_credit_program_values(self, company, currency):
        """Prepare an eWallet for store credit.

        :param company: `res.company` record
        :param currency: `res.currency` record
        :return: values of `loyalty.program`
        """
        return {
            **self._program_type_default_values()["ewallet"],
            "name": self.env._("Store Credit"),
            "program_type": "ewallet",
            "company_id": company.id,
            "currency_id": currency.id,
            "portal_point_name": currency.symbol,
            # No top-up product: returns fill it, and another eWallet may already use the product.
            "rule_ids": [Command.clear()],
        }
