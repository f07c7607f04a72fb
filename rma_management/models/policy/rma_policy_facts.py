from odoo import api, fields, models
from odoo.fields import Domain
from odoo.http import request

HISTORY = {"returns_min", "returns_amount_min", "first_return"}
COUNTED_STATES = ("requested", "approved", "processing", "done")
# Of goods that no order sold.
NO_SALE = {
    "price": None,
    "discount": None,
    "order_amount": None,
    "website_id": False,
    "team_id": False,
    "order": False,
    "delivery": False,
    "delivered": False,
    "invoice": False,
    "payment_method_ids": frozenset(),
}
# Of goods that nobody is known to return yet.
NO_PARTNER = {
    "partner_ids": frozenset(),
    "partner_category_ids": frozenset(),
    "country_id": False,
    "country_group_ids": (),
    "state_id": False,
    "lang_id": False,
    "tz": False,
    "returns": (),
}


class PolicyFacts:
    """Facts that were gathered in batch, by the id of their record. No request can contain one in its context."""

    __slots__ = ("partners", "products", "sales")

    def __init__(self):
        self.sales = {}
        self.products = {}
        self.partners = {}


class RmaPolicyFacts(models.AbstractModel):
    """Gather what the return policy looks at, for many items at once: one query a kind of fact, not one an item.

    An addon with a condition of its own adds its fact to the values of one of the methods `_gather_<records>`.
    """

    _name = "rma.policy.facts"
    _description = "Facts of the Return Policy"

    @api.model
    def _gather(self, items, needs, known=None):
        """Return the facts of items.

        :param items: list of items, see `sale.order.line._prepare_policy_item`
        :param needs: set of the conditions that will be asked
        :param known: `PolicyFacts` that were gathered before; what is missing there is added
        :return: list of {name of the fact: value}
        """
        known = PolicyFacts() if known is None else known
        # The policy looks at records that whoever asks may not see; they are told the decision only.
        sudo = self.sudo()
        for kind, model, name in (
            (known.sales, "sale.order.line", "sale_line"),
            (known.products, "product.product", "product"),
            (known.partners, "res.partner", "partner"),
        ):
            ids = dict.fromkeys(item[name].id for item in items)
            missing = self.env[model].sudo().browse([number for number in ids if number and number not in kind])
            if missing:
                kind.update(getattr(sudo, f"_gather_{name}s")(missing, needs))
        return [sudo._merge(item, known) for item in items]

    @api.model
    def _merge(self, item, known):
        sale = known.sales.get(item["sale_line"].id, NO_SALE)
        partner = known.partners.get(item["partner"].id, NO_PARTNER)
        facts = {**known.products[item["product"].id], **partner, **sale, **item["stated"]}
        move = item["move"]
        zone = self.with_context(tz=facts["tz"] or item["company"].partner_id.tz or "UTC")
        if move:
            facts["delivered"] = move.date
        for name in ("delivered", "ordered"):
            moment = facts.get(name)
            facts[{"delivered": "delivery", "ordered": "order"}[name]] = moment and fields.Date.context_today(
                zone, moment
            )
        facts["today"] = fields.Date.context_today(zone, facts["asked"])
        if not facts["website_id"] and request and getattr(request, "website", None):
            facts["website_id"] = request.website.id
        return facts

    # === Sale ===

    @api.model
    def _gather_sale_lines(self, lines, needs):
        """Return the facts of the sale of each line.

        :param lines: `sale.order.line` records
        :param needs: set of the conditions that will be asked
        :return: {id: {name of the fact: value}}
        """
        deliveries = lines._get_rma_deliveries()
        orders = lines.order_id
        has_website = "website_id" in orders._fields
        with_payment = "payment_method_ids" in needs
        facts = {}
        for line in lines:
            order = line.order_id
            rate = order.currency_rate or 1.0
            moves = deliveries[line]
            paid = order.transaction_ids.filtered(lambda tx: tx.state in ("authorized", "done")) if with_payment else ()
            facts[line.id] = {
                "price": line.price_reduce_taxexcl / rate,
                "discount": line.discount,
                "order_amount": order.amount_total / rate,
                "website_id": order.website_id.id if has_website else False,
                "team_id": order.team_id.id,
                "ordered": order.date_order,
                "delivered": moves and max(moves.mapped("date")),
                "invoice": self._get_invoice_day(line),
                "payment_method_ids": frozenset(paid.payment_method_id.ids) if paid else frozenset(),
                **self._get_place(order.partner_shipping_id, needs),
            }
        return facts

    @api.model
    def _get_invoice_day(self, line):
        """Return the day of the newest posted invoice of an order line, False where there is none."""
        invoices = line.invoice_lines.move_id.filtered(
            lambda move: move.state == "posted" and move.move_type == "out_invoice"
        )
        return max(invoices.mapped("invoice_date"), default=False)

    # === Product ===

    @api.model
    def _gather_products(self, products, needs):
        """Return the facts of each product.

        :param products: `product.product` records
        :param needs: set of the conditions that will be asked
        :return: {id: {name of the fact: value}}
        """
        return {
            product.id: {
                "product_id": product.id,
                "categ_ids": self._get_ancestor_ids(product.categ_id),
                "product_tag_ids": frozenset(product.all_product_tag_ids.ids) if "product_tag_ids" in needs else (),
                "attribute_value_ids": frozenset(
                    product.product_template_attribute_value_ids.product_attribute_value_id.ids
                ),
                "is_tracked": product.tracking != "none",
                "warranty_months": product.warranty_months,
            }
            for product in products
        }

    @api.model
    def _get_ancestor_ids(self, records):
        """Return the ids of records and of all that they are below.

        :param records: records of a model with `parent_path`
        :rtype: frozenset
        """
        return frozenset(
            int(number) for record in records for number in (record.parent_path or "").split("/") if number
        )

    # === Customer ===

    @api.model
    def _gather_partners(self, partners, needs):
        """Return the facts of each customer.

        :param partners: `res.partner` records
        :param needs: set of the conditions that will be asked
        :return: {id: {name of the fact: value}}
        """
        langs = {lang.code: lang.id for lang in self.env["res.lang"].search([])} if "lang_ids" in needs else {}
        returns = self._get_returns(partners.commercial_partner_id) if needs & HISTORY else {}
        return {
            partner.id: {
                "partner_ids": frozenset((partner.id, partner.parent_id.id, partner.commercial_partner_id.id))
                - {False},
                "partner_category_ids": self._get_ancestor_ids(
                    partner.category_id | partner.commercial_partner_id.category_id
                ),
                **self._get_place(partner, needs),
                "lang_id": langs.get(partner.lang),
                "tz": partner.tz,
                "returns": returns.get(partner.commercial_partner_id, ()),
            }
            for partner in partners
        }

    @api.model
    def _get_place(self, address, needs):
        """Return the facts of an address.

        :param address: `res.partner` record
        :param needs: set of the conditions that will be asked
        :return: {name of the fact: value}
        """
        country = address.country_id
        return {
            "country_id": country.id,
            "country_group_ids": frozenset(country.country_group_ids.ids) if "country_group_ids" in needs else (),
            "state_id": address.state_id.id,
        }

    @api.model
    def _get_returns(self, customers):
        """Return all returns that count of customers.

        :param customers: commercial `res.partner` records
        :return: {`res.partner` record: list of (id of the return, when it was requested, value)}
        """
        returns = {}
        domain = Domain("partner_id", "child_of", customers.ids) & Domain("state", "in", COUNTED_STATES)
        names = ["partner_id", "date_requested", "amount_requested", "currency_id", "company_id"]
        for order in self.env["rma.order"].with_context(active_test=False).search_fetch(domain, names):
            amount, currency = order.amount_requested, order.company_id.currency_id
            if order.currency_id != currency:
                amount = order.currency_id._convert(amount, currency, order.company_id, order.date_requested)
            row = (order.id, order.date_requested, amount)
            returns.setdefault(order.partner_id.commercial_partner_id, []).append(row)
        return returns
