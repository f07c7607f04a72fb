from odoo import api, models


class RmaLowering(models.AbstractModel):
    """How a line that lowers a document as a whole is shared out among the lines that it lowers.

    Orders and invoices are asked in the same words: a discount on all, a reward or a negative line by hand lowers the
    lines that bear the same taxes, in proportion to their amounts, as Odoo splits it.
    """

    _name = "rma.lowering"
    _description = "Sharing of Discounts"

    @api.model
    def _get_shares(self, lowering, lines):
        """Return the shares of a document-level discount line among the other lines.

        :param lowering: a `sale.order.line`, or an `account.move.line` of an invoice
        :param lines: all lines of the document
        :return: {line: its share, together 1}; empty where nothing has a price
        """
        priced = lines.filtered(
            lambda line: line.display_type in (False, "product") and not line.is_downpayment and line.price_subtotal > 0
        )
        lowered = self._filter_lowered(lowering, priced) or priced
        taxes = self._get_shared_taxes(lowering)
        # A payment bears no taxes, and pays for goods with any.
        same_taxes = lowered.filtered(
            lambda line: self._get_shared_taxes(line) == taxes and not self._is_payment(lowering)
        )
        if lowering.display_type == "epd" and not same_taxes:
            # The other half of the discount for early payment, which only lowers taxes.
            same_taxes = lowered.filtered("tax_ids")
        # What bears other taxes than all it lowers was taken off totals, as a payment is.
        name = "price_subtotal" if same_taxes else "price_total"
        lowered = same_taxes or lowered
        whole = sum(lowered.mapped(name))
        return {line: line[name] / whole for line in lowered} if whole else {}

    @api.model
    def _is_payment(self, lowering):
        """Return whether a line says what paid a part of the document.

        :rtype: bool
        """
        sale_line = self._get_sale_line(lowering)
        return bool(sale_line) and sale_line._is_tender()

    @api.model
    def _get_shared_taxes(self, line):
        """Return the taxes that a discount lowers too: all but fixed amounts.

        :return: `account.tax` records
        """
        return line.tax_ids.flatten_taxes_hierarchy().filtered(lambda tax: tax.amount_type != "fixed")

    @api.model
    def _filter_lowered(self, lowering, lines):
        """Return the lines that a discount was given on. A bridge knows what its rewards are given on.

        :param lowering: see `_get_shares`
        :param lines: priced lines of the document
        """
        discount = self._get_sale_line(lowering)
        if not discount:
            return lines
        return lines.filtered(lambda line: self._is_lowered(discount, self._get_sale_line(line)))

    @api.model
    def _get_sale_line(self, line):
        """Return the order line of a line of an order or an invoice.

        :return: `sale.order.line` record
        """
        return line if line._name == "sale.order.line" else line.sale_line_ids[:1]

    @api.model
    def _is_lowered(self, discount, sale_line):
        """Return whether a discount of an order was given on another line of it.

        :param discount: `sale.order.line`
        :param sale_line: `sale.order.line`
        :rtype: bool
        """
        if sale_line.order_id != discount.order_id:
            return False
        # The discount on the order lowers the shipping that was there when it was given, other lines never do.
        return not sale_line.is_delivery or (
            discount._is_discount_line() and sale_line._origin.id < discount._origin.id
        )
