from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class RmaOrder(models.Model):
    """What a return is worth, and which limits of the settings it is within."""

    _inherit = "rma.order"

    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    amount_requested = fields.Monetary(
        string="Requested Value",
        compute="_compute_amount_requested",
        store=True,
        help="The amount paid for the items of this return, before taxes.",
    )
    amount_to_approve = fields.Monetary(
        string="Value to Approve",
        compute="_compute_amount_to_approve",
        currency_field="company_currency_id",
        help="The value of the items, and of the shipping that their resolutions refund, in the currency of the "
        "company. Used by the approval rules.",
    )

    @api.depends("line_ids.price_unit", "line_ids.product_uom_qty", "line_ids.currency_id", "currency_id")
    def _compute_amount_requested(self):
        for order in self:
            order.amount_requested = order._sum_line_values(order.currency_id, lambda line: line.price_unit)

    @api.depends(
        "line_ids.price_unit",
        "line_ids.product_uom_qty",
        "line_ids.sale_line_id.price_reduce_taxexcl",
        "line_ids.currency_id",
        "line_ids.replacement_product_id",
        "line_ids.operation_type_id.refund_shipping",
        "line_ids.policy_rule_id.shipping",
        "line_ids.sale_line_id.qty_invoiced",
        "sale_order_id",
        "company_id",
    )
    def _compute_amount_to_approve(self):
        for order in self:
            shipping = sum(order._get_planned_shipping().values())
            order.amount_to_approve = order._get_items_value() + order._convert_shipping(shipping)

    def _get_items_value(self):
        """Return what approvals count for the items alone.

        :return: float, in the currency of the company
        """
        self.ensure_one()
        return self._sum_line_values(self.company_currency_id, lambda line: line._get_approval_price())

    def _sum_line_values(self, currency, get_price):
        """Return the total value of the items.

        :param currency: `res.currency` of the sum
        :param get_price: function of a line that gives the price of one unit
        :rtype: float
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        return sum(
            line.currency_id._convert(get_price(line) * line.product_uom_qty, currency, self.company_id, today)
            if line.currency_id != currency
            else currency.round(get_price(line) * line.product_uom_qty)
            for line in self.line_ids
        )

    # === Shipping ===

    def _get_planned_shipping(self):
        """Return the shipping that the resolutions of this return refund with all of its items.

        What its own credit notes refunded is part of it; what others refunded is not.

        :return: {`sale.order` record: float before taxes, in the currency of the return}
        """
        self.ensure_one()
        # Returns staff may not have access to every order.
        lines = self.sudo().line_ids.filtered(lambda line: line.state != "cancel" and line._is_refunded())
        policies = {line._get_shipping_terms() for line in lines}
        if "always" not in policies and not ("whole" in policies and self._plans_whole_orders(lines)):
            return {}
        shipping_lines = self._get_shipping_lines()
        paid = shipping_lines._get_price_paid()
        planned = {}
        for sale, sale_lines in shipping_lines.grouped("order_id").items():
            left = sum(paid[line] * line.product_uom_qty for line in sale_lines)
            for credit in sale_lines.invoice_lines:
                note = credit.move_id
                if note.move_type == "out_refund" and note.state != "cancel" and note.rma_id.id != self.id:
                    left -= self._convert_charge(credit.price_subtotal, note.currency_id, sale.currency_id)
            if sale.currency_id.compare_amounts(left, 0) > 0:
                planned[sale] = self.currency_id.round(self._convert_charge(left, sale.currency_id, self.currency_id))
        return planned

    @api.model
    def _plans_whole_orders(self, lines):
        """Return whether the customer keeps nothing of the orders once these items, and those of other returns that
        are not credited yet, are refunded.

        :param lines: `rma.order.line` records, refunded by their resolution
        :rtype: bool
        """
        goods = lines.sale_line_id.order_id.order_line.filtered(
            lambda line: line.product_id.type == "consu" and not line.is_delivery
        )
        for sale_line in goods:
            left = {"qty_invoiced": sale_line.qty_invoiced, "qty_delivered": sale_line.qty_delivered}
            planned = 0.0
            for line in sale_line._get_rma_items():
                unit, credited = line.product_uom_id, line._get_qty_credited()
                if line in lines:
                    # As if nothing of this return were done yet.
                    left["qty_invoiced"] += unit._compute_quantity(credited, sale_line.product_uom_id, round=False)
                    left["qty_delivered"] += unit._compute_quantity(
                        line.qty_received, sale_line.product_uom_id, round=False
                    )
                    credited = 0.0
                elif line.state not in ("requested", "approved", "processing") or not line._is_refunded():
                    continue
                planned += unit._compute_quantity(
                    line.product_uom_qty - credited, sale_line.product_uom_id, round=False
                )
            if sale_line.product_uom_id.compare(planned, max(left.values())) < 0:
                return False
        return True

    def _convert_shipping(self, amount):
        """Return an amount in the currency of the return in that of the company."""
        currency = self.company_currency_id
        return currency.round(self._convert_charge(amount, self.currency_id, currency)) if amount else 0.0

    # === Limits ===

    def _is_within(self, limit, value=None):
        """Return whether the value of this return is within a limit of the settings. 0 disables the limit.

        :param limit: float, in the currency of the company
        :param value: float, what is to be approved; the value of the items by default
        :rtype: bool
        """
        self.ensure_one()
        currency = self.company_currency_id
        value = self.amount_to_approve if value is None else value
        return not currency.is_zero(limit) and self._has_value() and currency.compare_amounts(value, limit) <= 0

    def _has_value(self):
        """Return whether the value of each item is known, from its order or entered manually.

        :rtype: bool
        """
        self.ensure_one()
        return all(line.sale_line_id or line.price_unit > 0 for line in self.line_ids)

    def _needs_second_approval(self, value=None):
        """Return whether two people must approve this return, by its value and what was approved lately for the
        customer, or ever for the order: several small returns need as many people as one large return.

        :param value: float, what is to be approved; the value of the items by default
        :rtype: bool
        """
        self.ensure_one()
        # Company settings apply even if the user may not read them.
        threshold = self.company_id.sudo().rma_second_approval_amount
        currency = self.company_currency_id
        if currency.is_zero(threshold):
            return False
        value = self.amount_to_approve if value is None else value
        return (
            not self._has_value()
            or currency.compare_amounts(value, threshold) >= 0
            or currency.compare_amounts(value + self._get_value_lately(), threshold) >= 0
        )

    def _lock_customers(self):
        """Lock customers, so that concurrent requests wait and are retried with the result of the first one."""
        customers = self.partner_id.commercial_partner_id
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner SET write_date = write_date WHERE id IN"
                " (SELECT id FROM res_partner WHERE id IN %s ORDER BY id FOR NO KEY UPDATE)",
                tuple(customers.ids),
            )
        )

    def _is_within_lately(self, limit, user, value=None):
        """Return whether this return is within a limit, including recent approvals of the same user for the customer,
        or ever for the order.

        :param limit: float, in the currency of the company
        :param user: `res.users` record who would approve
        :param value: float, what is to be approved; the value of the items by default
        :rtype: bool
        """
        self.ensure_one()
        if not self._is_within(limit, value):
            return False
        value = self.amount_to_approve if value is None else value
        return self.company_currency_id.compare_amounts(value + self._get_value_lately(user), limit) <= 0

    def _get_value_lately(self, user=None):
        """Return the value of the other returns approved recently for the customer, or ever for the order.

        :param user: `res.users` record, to count only what this user approved
        :return: float, in the currency of the company
        """
        self.ensure_one()
        since = fields.Datetime.subtract(fields.Datetime.now(), days=self.company_id.sudo().rma_limit_days)
        of_customer = Domain("partner_id", "child_of", self.partner_id.commercial_partner_id.ids) & Domain(
            "date_approved", ">=", since
        )
        of_order = Domain("line_ids.sale_line_id.order_id", "in", self.sudo().line_ids.sale_line_id.order_id.ids)
        domain = (
            Domain("approved_by_id", "!=", False)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("id", "not in", self.ids)
            & (of_customer | of_order)
        )
        if user:
            domain &= Domain("approved_by_id", "=", user.id)
        else:
            domain &= Domain("state", "in", ("approved", "processing", "done"))
        # All approvals count, whatever the user's access.
        approved = self.sudo().with_context(active_test=False).search(domain)
        total = 0.0
        # The shipping of an order is refunded once, however many of its returns refund it.
        counted = {sale.id for sale in self._get_planned_shipping()}
        for order in approved:
            shipping = order._get_planned_shipping()
            again = order._convert_shipping(sum(amount for sale, amount in shipping.items() if sale.id in counted))
            approved_value, items = order._get_value_approved(), order._get_items_value()
            total += approved_value - min(again, max(0.0, approved_value - items))
            counted.update(sale.id for sale in shipping)
        return total
