from odoo import api, models
from odoo.exceptions import UserError

# Fields that returns and their analysis have in common.
SCOPE = ("company_id", "warehouse_id", "team_id")


class RmaReport(models.Model):
    """Narrow the dashboard to a company, a warehouse or a sales team."""

    _inherit = "rma.report"

    @api.model
    def _check_scope(self, scope):
        """Check what somebody narrows the dashboard to.

        :param scope: {name of a field of `SCOPE`: id, or nothing for all}, or nothing
        :return: {name of a field: id}, without those that do not narrow it
        :raise UserError: for anything else
        """
        if isinstance(scope or {}, dict):
            found = {name: value for name, value in (scope or {}).items() if value}
            if all(name in SCOPE and type(value) is int for name, value in found.items()):
                return found
        raise UserError(self.env._("Choose a company, a warehouse, or a sales team."))

    @api.model
    def _get_scope_report(self, scope):
        """Return the report in the company that it is narrowed to: values are at its cost and in its currency.

        :param scope: see `_check_scope`
        :return: `rma.report`
        """
        company = self.env.companies.filtered(lambda company: company.id == scope.get("company_id"))
        return self.with_company(company) if company else self

    @api.model
    def _get_scope_domain(self, scope):
        """Return the domain of a scope, for returns or for their analysis.

        :param scope: see `_check_scope`
        :return: domain, as a list that the browser can read
        """
        return [(name, "=", value) for name, value in scope.items()]

    @api.model
    def _get_scope_lines(self, scope):
        """Return the query of the returned products of a scope that the current user can see."""
        domain = [(f"order_id.{name}", operator, value) for name, operator, value in self._get_scope_domain(scope)]
        return self.env["rma.order.line"]._search(domain)

    @api.model
    def _get_scope_choices(self, scope):
        """Return what the dashboard can be narrowed to; in one company, to what belongs to it.

        :param scope: see `_check_scope`
        :return: {name of a field: list of {"id", "label"}}
        """
        companies = self.env.companies
        owners = [scope["company_id"]] if "company_id" in scope else companies.ids
        warehouses = self.env["stock.warehouse"].search([("company_id", "in", owners)])
        teams = self.env["crm.team"].search([("company_id", "in", [False, *owners])])
        return {
            name: [{"id": record.id, "label": record.display_name} for record in records]
            for name, records in zip(SCOPE, (companies, warehouses, teams), strict=True)
        }
