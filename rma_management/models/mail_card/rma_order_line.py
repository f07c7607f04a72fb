from odoo import models
from odoo.tools import consteq, hmac


class RmaOrderLine(models.Model):
    _inherit = "rma.order.line"

    def _prepare_mail_item(self):
        """Return what a mail shows of this item.

        :return: dict with `name`, `details` (list of sentences), and `picture` (URL, or False)
        """
        self.ensure_one()
        return {
            "name": self.product_id.with_context(display_default_code=False).display_name,
            "details": self._describe_in_mail(),
            "picture": self._has_picture() and self.order_id.get_base_url() + self._get_picture_url(),
        }

    def _describe_in_mail(self):
        """Return how much of this item is returned, and what became of it.

        :return: list of sentences
        """
        self.ensure_one()
        if self.state == "done":
            return self._describe_outcome()
        whereabouts = self._describe_whereabouts() if self.state in ("approved", "processing") else []
        return whereabouts or [self._describe_quantity(self.product_uom_qty)]

    def _describe_quantity(self, quantity, unit=None):
        unit = unit or self.product_uom_id
        return f"{unit._format_rma_quantity(quantity)} {unit.name}"

    def _describe_outcome(self):
        """Return what the customer gets for this item.

        :return: list of sentences, never empty
        """
        self.ensure_one()
        sentences = []
        money_back = self._get_qty_money_back()
        if money_back:
            sentences.append(self._describe_credit(self._describe_quantity(money_back)))
        sentences += [
            self.env._(
                "You get in place of it: %(quantity)s %(product)s",
                quantity=self._describe_quantity(sold.product_uom_qty, sold.product_uom_id),
                product=sold.product_id.with_context(display_default_code=False).display_name,
            )
            for sold in self.replacement_line_ids
            if sold.state == "sale"
        ]
        if self.qty_replaced and not self.replacement_line_ids:
            sentences.append(self.env._("Replaced: %s", self._describe_quantity(self.qty_replaced)))
        if self.qty_repaired:
            sentences.append(self.env._("Repaired and sent back: %s", self._describe_quantity(self.qty_repaired)))
        return sentences or [self._describe_no_outcome()]

    def _describe_credit(self, quantity):
        """Return that a quantity is credited, or will be: a draft is no credit yet.

        :param quantity: quantity with its unit
        :rtype: str
        """
        if self.order_id.amount_to_post:
            return self.env._("Credit in preparation: %s", quantity)
        return self.env._("Credited: %s", quantity)

    def _describe_no_outcome(self):
        """Return why the customer gets nothing for this item.

        :rtype: str
        """
        decisions = self.settlement_ids
        if {given.resolution for given in decisions if given.quantity > given.qty_revoked} == {"nothing"}:
            return self.env._("No refund or replacement")
        if any(decisions.mapped("qty_uninvoiced")):
            return self.env._("Taken back; it was not invoiced, so there is nothing to refund")
        return self.env._("Closed")

    # === Its picture ===

    def _has_picture(self):
        return bool(self.product_id.with_context(bin_size=True).image_128)

    def _get_picture_url(self):
        """Return the path of the picture of this item, for mails: programs that read mails have no session, and only
        published products are public. Its key opens nothing else.

        :rtype: str
        """
        self.ensure_one()
        return f"/returns/picture/{self.id}/{self._get_picture_key()}"

    def _get_picture_key(self):
        """Return a key that ends with the link of the return.

        :rtype: str
        """
        self.ensure_one()
        # The secret of the database is for administrators only, and the key of the link is for the customer.
        order = self.sudo().order_id
        return hmac(self.env(su=True), "rma_mail_picture", f"{order.access_token}:{self.id}")

    def _opens_picture(self, key):
        """Return whether a key opens the picture of this item.

        :param key: text from an address
        :rtype: bool
        """
        self.ensure_one()
        return key.isascii() and consteq(key, self._get_picture_key()) and not self.order_id._is_link_ended()
