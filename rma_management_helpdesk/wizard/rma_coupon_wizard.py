from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


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
            if not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_manager"):
                self._check_limits(source)

    def _check_limits(self, ticket):
        """Refuse a second coupon of a ticket, and more coupons of a customer than agents of the team may give.

        What a coupon is worth is only known when it is used, as most are shares of an order: so they are counted.

        :param ticket: `helpdesk.ticket` record
        :raise UserError: says who can give one
        """
        # Coupons are counted even if the user may not open them; agents may have no access to their team's settings.
        cards, team = self.env["loyalty.card"].sudo(), ticket.team_id.sudo()
        if cards.search_count([("ticket_id", "=", ticket.id)], limit=1):
            raise UserError(
                self.env._("A coupon was already given from this ticket. Ask a help desk manager for another one.")
            )
        customer = ticket.sudo().partner_id.commercial_partner_id
        # Two agents may give one at once: the second transaction is retried with the first one's result.
        self.env.cr.execute(SQL("UPDATE res_partner SET write_date = write_date WHERE id = %s", customer.id))
        since = fields.Datetime.subtract(fields.Datetime.now(), days=self.company_id.sudo().rma_limit_days)
        given = cards.search_count(
            Domain("ticket_id.company_id", "=", ticket.company_id.id)
            & Domain("partner_id", "child_of", customer.ids)
            & Domain("create_date", ">=", since)
        )
        limit = team.coupon_limit if ticket._is_in_team() else 0
        if given >= limit:
            raise UserError(
                self.env._(
                    "%(customer)s was given %(count)s coupons lately, and agents of the team give no more than "
                    "%(limit)s. Ask a help desk manager.",
                    customer=customer.display_name,
                    count=given,
                    limit=limit,
                )
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
