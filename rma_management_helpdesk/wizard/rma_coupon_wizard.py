from odoo import api, fields, models
from odoo.exceptions import UserError


class RmaCouponWizard(models.TransientModel):
    """Give coupons from tickets, too. Followers who are no colleagues get them by email."""

    _inherit = "rma.coupon.wizard"

    ticket_id = fields.Many2one("helpdesk.ticket", ondelete="cascade", readonly=True)

    def _get_source_record(self):
        return self.ticket_id or super()._get_source_record()

    def _get_card_source(self):
        # Used to check who may see the code.
        return self.sudo().card_id.ticket_id.sudo(False) or super()._get_card_source()

    def _get_recipients(self):
        # Colleagues follow tickets to work on them; the code is the customer's.
        followers = self.ticket_id.message_partner_ids.filtered("partner_share")
        return super()._get_recipients() | (followers - self.env.user.partner_id)

    def _prepare_coupon_values(self):
        return {**super()._prepare_coupon_values(), "ticket_id": self.ticket_id.id}

    def _check_source(self, source):
        super()._check_source(source)
        if source._name == "helpdesk.ticket":
            source._check_service("coupon")
            # They are counted even if the user may not open them.
            given = self.env["loyalty.card"].sudo().search_count([("ticket_id", "=", source.id)], limit=1)
            if given and not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_manager"):
                raise UserError(
                    self.env._("A coupon was already given from this ticket. Ask a help desk manager for another one.")
                )

    def action_generate(self):
        is_new = not self.card_id
        action = super().action_generate()
        if self.ticket_id and is_new:
            coupon = self.env["rma.coupon"].browse(self.card_id.id)
            # The code is only for users who may open the coupon, not for everyone who reads the chatter.
            link = coupon._get_html_link(title=self.program_id.display_name)
            self.ticket_id.message_post(
                body=self.env._("%(kind)s created: %(link)s", kind=self.env._("Coupon"), link=link),
                subtype_xmlid="mail.mt_note",
            )
        return action

    # Fields filled in from a return are filled in from a ticket, too.

    @api.depends("ticket_id")
    def _compute_from_source(self):
        return super()._compute_from_source()

    @api.depends("ticket_id")
    def _compute_partner_id(self):
        return super()._compute_partner_id()

    @api.constrains("card_id", "rma_id", "ticket_id")
    def _check_card_id(self):
        return super()._check_card_id()
