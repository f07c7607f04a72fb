from odoo import Command, api, fields, models


class RmaOrder(models.Model):
    _name = "rma.order"
    _inherit = ["rma.order", "helpdesk.ticket.document"]

    ticket_ids = fields.Many2many(
        "helpdesk.ticket",
        "helpdesk_ticket_rma_order_rel",
        string="Tickets",
        copy=False,
        readonly=True,
        context={"active_test": False},
        help="Help desk tickets linked to this return.",
    )

    def _get_ticket_paths(self):
        return ["ticket_ids"]

    @api.model
    def _get_agent_actions(self):
        return super()._get_agent_actions() | {
            "rma_management.report_rma_order",
            "rma_management_helpdesk.rma_order_action_open_ticket",
        }

    def action_open_ticket(self):
        """Open the form of a new ticket about this return.

        :return: window action
        """
        self.ensure_one()
        products = self.line_ids.product_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Ticket"),
            "res_model": "helpdesk.ticket",
            "view_mode": "form",
            "context": {
                "default_name": self.env._("Return %s", self.name),
                "default_description": self.env._("About return %s.", self.name),
                "default_partner_id": self.partner_id.id,
                "default_partner_name": self.partner_id.name,
                "default_partner_email": self.email,
                "default_company_id": self.company_id.id,
                "default_sale_order_id": self.sale_order_id.id,
                "default_product_id": products.id if len(products) == 1 else False,
                "default_rma_ids": [Command.link(self.id)],
            },
        }
