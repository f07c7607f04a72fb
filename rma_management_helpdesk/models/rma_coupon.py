from odoo import api, fields, models
from odoo.tools import SQL


class RmaCoupon(models.Model):
    _name = "rma.coupon"
    _inherit = ["rma.coupon", "helpdesk.ticket.document"]
    _depends = {"loyalty.card": ["ticket_id"], "helpdesk.ticket": ["company_id"]}

    ticket_id = fields.Many2one("helpdesk.ticket", readonly=True, help="Document the coupon was given for.")

    @api.model
    def _get_ticket_paths(self):
        return super()._get_ticket_paths() + ["rma_id.ticket_ids"]

    @api.model
    def _get_columns(self):
        return {
            **super()._get_columns(),
            "ticket_id": SQL("card.ticket_id"),
            "company_id": SQL("COALESCE(rma.company_id, ticket.company_id, card.company_id)"),
        }

    @api.model
    def _get_joins(self):
        return SQL("%s LEFT JOIN helpdesk_ticket ticket ON ticket.id = card.ticket_id", super()._get_joins())

    @api.model
    def _get_condition(self):
        return SQL("%s OR card.ticket_id IS NOT NULL", super()._get_condition())

    def _prepare_wizard_values(self):
        return {**super()._prepare_wizard_values(), "ticket_id": self.ticket_id.id}
