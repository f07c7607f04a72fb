from odoo import fields, models

RECEIVER_FIELDS = ("gift_name", "gift_street", "gift_zip", "gift_city")


class RmaRequest(models.TransientModel):
    """The request of whoever received a gift. It tells no amount, and becomes a return of theirs, not of the buyer."""

    _inherit = "rma.request"

    gift_name = fields.Char(string="Receiver's Name")
    gift_street = fields.Char(string="Receiver's Street")
    gift_zip = fields.Char(string="Receiver's ZIP")
    gift_city = fields.Char(string="Receiver's City")
    gift_country_id = fields.Many2one("res.country", string="Receiver's Country", ondelete="cascade")

    # === What may be chosen ===

    def _find_choices(self):
        """Leave out what is not offered for a gift, and the reasons with which nothing is."""
        choices = super()._find_choices()
        if not self.gift_email:
            return choices
        # What is given instead of a refund is for the website only where it is marked so.
        offered = {reason: operations._get_for_gifts().filtered("portal_ok") for reason, operations in choices.items()}
        return {reason: operations for reason, operations in offered.items() if operations}

    def _get_detail_errors(self):
        errors = super()._get_detail_errors()
        missing = self.gift_email and self._get_missing_of_receiver()
        return {**errors, None: missing} if missing else errors

    def _get_missing_of_receiver(self):
        """Return what the receiver of a gift still has to tell about themselves.

        :return: sentence, empty where nothing is missing
        """
        self.ensure_one()
        if not self.gift_name:
            return self.env._("Tell us your name.")
        is_sent = any(self.line_ids.operation_type_id.mapped("has_product"))
        if is_sent and not (self.gift_street and self.gift_city and self.gift_country_id):
            return self.env._("Tell us where to send the replacement: street, city, and country.")
        return ""

    # === What it gives ===

    def _get_offers(self):
        """Tell what each choice gives without an amount."""
        if not self.gift_email:
            return super()._get_offers()
        return {line: line._get_gift_offers() for line in self._get_lines()}

    def _get_summary(self):
        if self.gift_email:
            return [], self.env["res.currency"]
        return super()._get_summary()

    # === The return ===

    def _prepare_rma_values(self):
        values = super()._prepare_rma_values()
        if not self.gift_email:
            return values
        receiver, address = self._get_receiver()
        return {
            **values,
            "is_gift": True,
            "partner_id": receiver.id,
            "partner_shipping_id": address.id,
            "email": self.gift_email,
        }

    def _get_receiver(self):
        """Return the receiver of a gift: the contact with the verified address, or a new one. A contact that the buyer
        keeps of them, as an address for deliveries, is the buyer's.

        :return: `res.partner` record, and the one of the address where replacements are sent
        """
        self.ensure_one()
        order = self.sale_order_ids[:1]
        buyer = order.partner_id
        partners = self.env["res.partner"]
        values = self._prepare_receiver_values()
        if buyer.email_normalized == self.gift_email:
            receiver = buyer
        else:
            receiver = partners.search(
                [
                    ("email_normalized", "=", self.gift_email),
                    ("type", "=", "contact"),
                    ("company_id", "in", (False, order.company_id.id)),
                    ("commercial_partner_id", "!=", buyer.commercial_partner_id.id),
                ],
                order="id",
                limit=1,
            )
        if not receiver:
            receiver = partners.create({**values, "email": self.gift_email, "lang": self.env.lang})
            return receiver, receiver
        if not self.gift_street:
            return receiver, receiver
        # What a verified address says of itself overwrites no contact.
        return receiver, partners.create({**values, "type": "other", "parent_id": receiver.id})

    def _prepare_receiver_values(self):
        """Prepare the contact of the receiver of a gift, or an address of it.

        :return: values of `res.partner`
        """
        self.ensure_one()
        return {
            "name": self.gift_name,
            "street": self.gift_street,
            "zip": self.gift_zip,
            "city": self.gift_city,
            "country_id": self.gift_country_id.id,
            "company_id": self.sale_order_ids[:1].partner_id.company_id.id,
        }
