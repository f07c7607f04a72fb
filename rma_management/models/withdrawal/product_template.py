from odoo import fields, models


class ProductTemplate(models.Model):
    """Name the exception from the right of withdrawal that applies to a product (Directive 2011/83/EU, article 16)."""

    _inherit = "product.template"

    rma_withdrawal_exception = fields.Selection(
        [
            ("service", "Service, fully performed"),
            ("price", "Price depends on the financial market"),
            ("custom", "Made to measure or personalized"),
            ("perishable", "Perishable"),
            ("hygiene", "Sealed for health or hygiene"),
            ("mixed", "Mixed inseparably after delivery"),
            ("repair", "Urgent repair that the customer asked for"),
            ("media", "Sealed audio, video, or software"),
            ("press", "Newspaper or magazine"),
            ("auction", "Sold at a public auction"),
            ("dated", "Service for a specific date"),
            ("digital", "Digital content, begun with consent"),
        ],
        string="No Withdrawal",
        help="Exception from the right of withdrawal that applies to this product. Customers read what the law says "
        "about it, and their declarations are flagged to staff.",
    )

    def _get_withdrawal_exception(self):
        """Return what the law says about the exception of this product.

        :return: sentence, empty where there is none
        """
        kind = self.rma_withdrawal_exception
        return {**self._get_goods_exceptions(), **self._get_service_exceptions()}.get(kind, "")

    def _get_goods_exceptions(self):
        """Return what the law says about goods, by kind."""
        return {
            "custom": self.env._(
                "There is no right of withdrawal for goods made to your specifications or clearly personalized "
                "(Directive 2011/83/EU, article 16 (c))."
            ),
            "perishable": self.env._(
                "There is no right of withdrawal for goods that spoil or expire rapidly (Directive 2011/83/EU, "
                "article 16 (d))."
            ),
            "hygiene": self.env._(
                "There is no right of withdrawal for sealed goods that are unsuitable for return for reasons of "
                "health or hygiene, once unsealed after delivery (Directive 2011/83/EU, article 16 (e))."
            ),
            "mixed": self.env._(
                "There is no right of withdrawal for goods that were, after delivery, inseparably mixed with other "
                "items (Directive 2011/83/EU, article 16 (f))."
            ),
            "media": self.env._(
                "There is no right of withdrawal for sealed audio or video recordings or sealed software, once "
                "unsealed after delivery (Directive 2011/83/EU, article 16 (i))."
            ),
            "press": self.env._(
                "There is no right of withdrawal for single newspapers, periodicals, or magazines (Directive "
                "2011/83/EU, article 16 (j))."
            ),
        }

    def _get_service_exceptions(self):
        """Return what the law says about services and sales of other kinds, by kind."""
        return {
            "service": self.env._(
                "There is no right of withdrawal once a service has been fully performed with your prior consent "
                "(Directive 2011/83/EU, article 16 (a))."
            ),
            "price": self.env._(
                "There is no right of withdrawal where the price depends on fluctuations in the financial market that "
                "we cannot control (Directive 2011/83/EU, article 16 (b))."
            ),
            "repair": self.env._(
                "There is no right of withdrawal for urgent repairs or maintenance for which you asked us to come "
                "(Directive 2011/83/EU, article 16 (h))."
            ),
            "auction": self.env._(
                "There is no right of withdrawal for what was sold at a public auction (Directive 2011/83/EU, "
                "article 16 (k))."
            ),
            "dated": self.env._(
                "There is no right of withdrawal for accommodation, transport, car rental, catering, or leisure "
                "services for a specific date or period (Directive 2011/83/EU, article 16 (l))."
            ),
            "digital": self.env._(
                "There is no right of withdrawal for digital content whose supply has begun with your express "
                "consent (Directive 2011/83/EU, article 16 (m))."
            ),
        }
