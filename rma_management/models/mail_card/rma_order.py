from odoo import models


class RmaOrder(models.Model):
    """Show customers in their mails what the page of their return shows: what is next, the products, the progress."""

    _inherit = "rma.order"

    def _get_mail_card(self):
        """Return what a mail about this return shows below its first words. The block
        `rma_management.mail_return_card` lays it out.

        :return: dict with `order`, `is_rtl`, `next` (sentence), `sends` and `send_by`, `button` and `link` ((words,
            URL), or False), `items` (list of dicts) and `steps` (see `_get_portal_timeline`)
        """
        self.ensure_one()
        self.check_access("read")
        # The customer, who gets this mail, reads about transfers and money that the user who sends it may not open.
        order = self.sudo()
        if self.partner_id.tz:
            # Dates are those of the person who reads them.
            order = order.with_context(tz=self.partner_id.tz)
        # Customers have no page of a draft.
        is_told = order.state != "draft"
        sends = order.state == "approved" and order._expects_goods()
        return {
            "order": order,
            "is_rtl": self.env["res.lang"]._get_data(code=self.env.lang).direction == "rtl",
            "next": is_told and order._get_mail_next(),
            "sends": sends,
            "send_by": sends and order._get_send_by_date(),
            **(order._get_mail_links() if is_told else {"button": False, "link": False}),
            "items": [line._prepare_mail_item() for line in order.line_ids],
            "steps": order._get_portal_timeline() if is_told else [],
        }

    def _get_mail_next(self):
        """Return what happens next, for a mail.

        :rtype: str
        """
        self.ensure_one()
        if self.state == "rejected":
            return self.env._("We do not refund or replace anything.")
        if self.state != "done":
            return self._get_portal_status()["text"]
        if self.amount_to_post:
            return self.env._("We are preparing what you get for it. You do not need to do anything.")
        return self.env._("You do not need to do anything else.")

    def _get_mail_links(self):
        """Return where a mail leads: by its button to what can be done now, and by a link to the page of the return
        where that is something else.

        :return: dict with `button` and `link`, each (words, URL), `link` possibly False
        """
        self.ensure_one()
        base = self.get_base_url()
        page = base + self.get_portal_url()
        words, url = self._get_mail_action()
        if not url:
            return {"button": (words, page), "link": False}
        return {"button": (words, base + url), "link": (self.env._("View your return"), page)}

    def _get_mail_action(self):
        """Return what the customer can do now.

        :return: (words, path), the path empty for what is done on the page of the return
        """
        self.ensure_one()
        difference_url = self._get_difference_url()
        if difference_url:
            return self.env._("Pay Now"), difference_url
        if self.state == "approved" and self._expects_goods():
            kind = self._get_method_kind()
            labels = self._get_portal_documents()["labels"]
            if len(labels) == 1:
                return self.env._("Print the Carrier's Label"), self.get_portal_url(suffix=f"/label/{labels.id}")
            if kind in ("drop_off", "store"):
                return self.env._("Show the Code"), ""
            if kind == "own" and not labels:
                return self.env._("Print the Return Slip"), self.get_portal_url(report_type="pdf")
        return self.env._("View Your Return"), ""

    def _get_mail_address(self, place):
        """Return the rows of an address without its name.

        :param place: `res.partner` record
        :return: list of str
        """
        return [row for row in place._display_address(without_company=True).splitlines() if row.strip()]
