from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    # Used by the record rule on orders to find the customers of an agent's tickets.
    commercial_ticket_ids = fields.One2many(
        "helpdesk.ticket", "commercial_partner_id", string="Tickets of the Company", copy=False
    )

    @api.model
    def _get_ticket_customer(self):
        """Return the customer of the ticket that a picker belongs to, saved or not.

        :return: commercial `res.partner` record, empty if there is none or the user may not open tickets for it
        """
        customer_id = self.env.context.get("helpdesk_ticket_partner_id")
        customer = self.browse(customer_id if isinstance(customer_id, int) else [])
        if not customer or not self.env["helpdesk.ticket"].has_access("create"):
            return self.browse()
        return customer.exists()._filtered_access("read").commercial_partner_id
