from odoo import fields, models


class RmaAnnouncement(models.Model):
    """Send customers the cards that hold their store credit, behind the commit: their mail has a PDF."""

    _inherit = "rma.announcement"

    kind = fields.Selection(selection_add=[("card", "Store Credit")], ondelete={"card": "cascade"})
    loyalty_card_id = fields.Many2one(
        "loyalty.card", index="btree_not_null", ondelete="cascade", help="Card that is mailed."
    )

    def _get_news_fields(self):
        return super()._get_news_fields() + ["loyalty_card_id"]

    def _tell_card(self):
        # Accountants and returns staff need no access to loyalty programs to give store credit.
        card = self.loyalty_card_id.with_user(self.create_uid).sudo()
        self._try_with_pdf(
            lambda with_reports: card.with_context(rma_without_pdf=not with_reports)._send_creation_communication(),
            self.env._("Send the gift card to the customer as PDF"),
        )
