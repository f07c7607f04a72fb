import os
import random
from datetime import timedelta

from odoo import Command
from odoo.tools import float_round

from ..cost.common_cost import CostCase

# How many random orders all classes try together, and where they begin: `make properties N=1000 SEED=7` sets them.
ORDERS = int(os.environ.get("RMA_PROPERTIES") or 60)
SEED = int(os.environ.get("RMA_SEED") or 20251125)

PRICES = (0.01, 0.05, 3.33, 9.99, 33.33, 100.0, 159.99, 1234.56)
DISCOUNTS = (0.0, 0.0, 0.0, 5.0, 12.5, 33.33, 100.0)
TAXES = ("none", "on top", "on top", "included", "two on top", "two included", "fixed")
ORDER_DISCOUNTS = (None, None, ("so_discount", 0.1), ("so_discount", 0.333), ("amount", 1.0), ("by hand", 0.07))
# What many orders wait for at once, in its order.
KINDS = ("confirm", "transfer", "invoice", "post", "request", "approve", "settle")
TOGETHER = 30
BY_HAND = (None, None, None, "part", "cheaper", "free")


class RandomOrderCase(CostCase):
    """Sell at random, take all of it back at random, and find everything as it was.

    Each order is made of one number: what fails is repeated by it.
    """

    # The part of all random orders that this class tries.
    share = 1.0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.days = [cls.today - timedelta(days=40), cls.today - timedelta(days=2)]
        currency = cls.env["res.currency"].create(
            {
                "name": "RMX",
                "symbol": "x",
                "rounding": 0.01,
                "rate_ids": [
                    Command.create({"name": cls.days[0] - timedelta(days=5), "rate": 0.73457}),
                    Command.create({"name": cls.today - timedelta(days=5), "rate": 1.31113}),
                ],
            }
        )
        cls.pricelist = cls.env["product.pricelist"].create({"name": "Abroad", "currency_id": currency.id})
        cls.taxes = cls._create_taxes()
        cls.company.sale_discount_product_id = cls.discount_product = cls.env["product.product"].create(
            {"name": "Discount", "type": "service", "invoice_policy": "order", "taxes_id": False}
        )
        parcel = cls._create_product("Parcel", 7.0, on_hand=0, type="service", invoice_policy="order")
        cls.carrier = cls.env["delivery.carrier"].create(
            {"name": "Parcel", "product_id": parcel.id, "delivery_type": "fixed", "fixed_price": 7.0}
        )
        cls.pool = cls._create_pool()

    @classmethod
    def _create_taxes(cls):
        on_top, included = {"included": False}, {"included": True}
        return {
            "none": cls.env["account.tax"],
            "on top": cls._tax(15, **on_top),
            "included": cls._tax(21, **included),
            "two on top": cls._tax(9, **on_top, name="First") | cls._tax(5.5, **on_top, name="Second"),
            "two included": cls._tax(20, **included, name="First") | cls._tax(2.1, **included, name="Second"),
            "fixed": cls._tax(0.37, **on_top, name="Fixed", amount_type="fixed"),
        }

    @classmethod
    def _create_pool(cls):
        """Create the goods to sell, of each cost method.

        The average is one in cents: Odoo rounds what goes out, and loses parts of a cent by itself.
        """
        dozens = {"uom_ids": [Command.set(cls.dozen.ids)]}
        costs = {
            cls.standard: [(200, 6.0)],
            cls.average: [(100, 13.13), (100, 12.21)],
            cls.fifo: [(3, 10.0), (200, 20.0)],
        }
        pool = cls.env["product.product"]
        for number, (category, receipts) in enumerate([*costs.items(), *costs.items()]):
            good = cls._create_product(
                f"Random {number}",
                10.0,
                on_hand=0,
                categ_id=category.id,
                standard_price=receipts[0][1],
                invoice_policy="delivery" if number % 3 else "order",
                **dozens,
            )
            for quantity, cost in receipts:
                cls._receive_goods(good, quantity, cost)
            pool |= good
        return pool

    # === The order ===

    def _draw_line(self, rng, good):
        unit = rng.choice([self.unit, self.unit, self.dozen]) if self.dozen in good.uom_ids else good.uom_id
        return {
            "product_id": good.id,
            "product_uom_id": unit.id,
            "product_uom_qty": rng.randint(1, 2 if unit == self.dozen else 6),
            "price_unit": rng.choice([*PRICES, round(rng.uniform(0, 500), 2)]),
            "discount": rng.choice(DISCOUNTS),
            "tax_ids": [Command.set(self.taxes[rng.choice(TAXES)].ids)],
        }

    def _draw_order(self, rng):
        """Return a draft order of random lines, discounts and shipping."""
        goods = rng.sample(list(self.pool), rng.choice([1, 2, 2, 3]))
        order = self.env["sale.order"].create(
            {
                "partner_id": self._draw_partner().id,
                "order_line": [Command.create(self._draw_line(rng, good)) for good in goods],
                **({"pricelist_id": self.pricelist.id} if rng.random() < 0.3 else {}),
            }
        )
        self._draw_discount(rng, order)
        if rng.random() < 0.3:
            order.set_delivery_line(self.carrier, rng.choice([7.0, 4.99]))
            shipping = order.order_line.filtered("is_delivery")
            shipping.tax_ids = self.taxes[rng.choice(["none", "on top", "included"])]
        return order

    def _draw_partner(self):
        return self.customer

    def _draw_discount(self, rng, order):
        kind, value = rng.choice(ORDER_DISCOUNTS) or (None, 0)
        if not kind or order.amount_total < 10:
            return
        if kind == "by hand":
            line = order.order_line.sorted("price_subtotal")[-1]
            values = {
                "product_id": self.discount_product.id,
                "price_unit": -round(line.price_subtotal * value, 2),
                "tax_ids": [Command.set(line.tax_ids.filtered(lambda tax: tax.amount_type == "percent").ids)],
            }
            order.order_line = [Command.create(values)]
            return
        name = "discount_amount" if kind == "amount" else "discount_percentage"
        self.env["sale.order.discount"].create(
            {"sale_order_id": order.id, "discount_type": kind, name: value}
        ).action_apply_discount()

    def _draw_sale(self, rng, order):
        """Confirm, deliver and invoice: in one go, or in two with an invoice each, the first at another rate.

        :return: whether the invoices are paid
        """
        yield "confirm", order
        days = list(self.days)
        if rng.random() < 0.3 and self._may_be_split(order):
            yield from self._deliver_some(order, 0.5)
            if any(order.order_line.mapped("qty_to_invoice")):
                yield "invoice", order
                order.invoice_ids.invoice_date = days.pop(0)
                yield "post", order.invoice_ids
        yield from self._deliver_some(order, 1.0)
        if any(order.order_line.mapped("qty_to_invoice")):
            yield "invoice", order
            draft = order.invoice_ids.filtered(lambda move: move.state == "draft")
            draft.invoice_date = days.pop(0)
            yield "post", draft
        is_paid = rng.random() < 0.3
        if is_paid:
            for invoice in order.invoice_ids.filtered("amount_residual"):
                self._pay(invoice)
        return is_paid

    def _may_be_split(self, order):
        """Return whether a part can be invoiced with all that lowers the order: Odoo refuses totals below zero."""
        return True

    def _deliver_some(self, order, share):
        """Ship a part of what an order waits for, in whole units."""
        pickings = order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
        for move in pickings.move_ids:
            move.quantity = float_round(move.product_qty * share, 0)
            move.picked = bool(move.quantity)
        if any(pickings.move_ids.mapped("quantity")):
            yield "transfer", pickings

    def _get_goods_lines(self, order):
        return order.order_line.filtered(lambda line: line.product_id in self.pool)

    # === What comes back ===

    def _credit_some(self, rng, order):
        """Credit something by hand.

        :return: how, or nothing
        """
        kind = rng.choice(BY_HAND)
        invoice = rng.choice(list(order.invoice_ids))
        lines = invoice.invoice_line_ids.filtered(
            lambda line: (
                line.product_id in self.pool
                and line.product_id.is_storable
                # Odoo itself asks again for what was invoiced as ordered and is credited by hand.
                and line.product_id.invoice_policy == "delivery"
                and line.product_uom_id == line.product_id.uom_id
                and line.quantity >= 1
                and line.price_subtotal >= 0.1
            )
        )
        if not kind or not lines:
            return None
        line = rng.choice(list(lines))
        if kind == "free":
            self._credit_freely(invoice, line)
            return kind
        quantity = 1 if kind == "part" else line.quantity
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "date": self.today})
        )
        note = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        kept = note.invoice_line_ids.filtered(lambda credit: credit.sale_line_ids == line.sale_line_ids)
        (note.invoice_line_ids - kept).unlink()
        kept.quantity = quantity
        if kind == "cheaper":
            kept.price_unit = float_round(kept.price_unit * 0.25, 2)
        note.action_post()
        if kind == "part":
            self._return_by_hand(order, line.product_id, 1)
        return kind

    def _credit_freely(self, invoice, line):
        """Write a credit note that names no line of the invoice."""
        values = {
            "name": "Goodwill",
            "price_unit": float_round(line.price_unit * 0.1, 2),
            "tax_ids": [Command.set(line.tax_ids.filtered(lambda tax: tax.amount_type == "percent").ids)],
        }
        self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": invoice.partner_id.id,
                "currency_id": invoice.currency_id.id,
                "invoice_currency_rate": invoice.invoice_currency_rate,
                "reversed_entry_id": invoice.id,
                "invoice_date": self.today,
                "invoice_line_ids": [Command.create(values)],
            }
        ).action_post()

    def _draw_returns(self, rng, order):
        """Return all goods in some returns, the shipping with the last of them."""
        for number in range(rng.choice([1, 1, 2, 2, 3]), 0, -1):
            items = [self._draw_item(rng, line, number == 1) for line in self._get_goods_lines(order)]
            items = [item for item in items if item]
            if not items:
                continue
            rma = self._ask(order, *items)
            yield "request", rma
            yield "approve", rma
            receipts = rma.sudo().picking_ids
            for move in receipts.move_ids:
                move.write({"quantity": move.product_uom_qty, "picked": True})
            yield "transfer", receipts
            if number == 1 and order.order_line.filtered("is_delivery"):
                wizard = self.env["rma.process"].with_user(self.rma_all)
                wizard.create({"rma_id": rma.id, "refund_shipping": True}).action_complete()
            else:
                yield "settle", rma
            self.assertEqual(rma.state, "done")

    def _draw_item(self, rng, line, is_last):
        """Return a part of what can still be returned of an order line, in its unit or in single ones."""
        line.invalidate_recordset(["qty_returnable"])
        left = line.product_uom_id._compute_quantity(line.qty_returnable, line.product_id.uom_id)
        # Something is left for the last return, that gives the shipping back.
        quantity = left if is_last else rng.randint(0, max(0, int(left) - 1))
        unit = line.product_id.uom_id
        if line.product_uom_id != unit and not quantity % 12 and rng.random() < 0.5:
            quantity, unit = quantity / 12, line.product_uom_id
        values = {"sale_line_id": line.id, "product_uom_id": unit.id}
        return quantity and (line.product_id, quantity, self.refund_posted, values)

    # === Everything is as it was ===

    def _get_stock(self):
        """Return what is in stock of each good, and what it is worth."""
        goods = self._get_stocked()
        goods.invalidate_recordset(["qty_available", "total_value"])
        return {good: (good.qty_available, round(good.total_value, 2)) for good in goods}

    def _get_stocked(self):
        return self.pool

    def _sum_by_account_and_tag(self, moves):
        sums = {}
        for line in moves.line_ids:
            for key in [line.account_id, *line.tax_line_id, *line.tax_tag_ids]:
                sums[key] = round(sums.get(key, 0.0) + line.balance, 2)
        return {key.display_name: amount for key, amount in sums.items() if amount}

    def _check_all_back(self, order, is_paid, by_hand):
        moves = (order.invoice_ids | order.invoice_ids.reversal_move_ids).sorted("id")
        self.assertEqual(set(moves.mapped("state")), {"posted"})
        invoices = moves.filtered(lambda move: move.move_type == "out_invoice")
        money = sum(invoices.mapped("amount_total")) - sum((moves - invoices).mapped("amount_total"))
        # Who credits goods by hand without their discount may give more than was invoiced: returns then give nothing.
        for note in (moves - invoices).filtered(lambda move: not move.rma_id):
            money += max(0.0, note.amount_total - note.reversed_entry_id.amount_total)
        self.assertAlmostEqual(money, 0, delta=0.001, msg="money paid and given back")
        if not is_paid and not by_hand:
            self.assertFalse(any(moves.mapped("amount_residual")))
        if not by_hand:
            self.assertEqual(self._sum_by_account_and_tag(moves), {})
        if by_hand != "cheaper":
            self.assertEqual([line.qty_to_invoice for line in order.order_line], [0.0] * len(order.order_line))
            self.assertEqual(order.invoice_status, "invoiced")

    # === Many at once ===

    def _live(self, number):
        """Live the life of an order, and yield what is to be done for it: with others that wait for the same."""
        rng = random.Random(number)
        order = self._draw_order(rng)
        try:
            is_paid = yield from self._draw_sale(rng, order)
            by_hand = self._credit_some(rng, order)
            yield from self._draw_returns(rng, order)
            self._check_all_back(order, is_paid, by_hand)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self._describe(order)}") from error

    def _do(self, kind, records):
        """Do what some orders wait for."""
        if kind == "confirm":
            records.action_confirm()
        elif kind == "invoice":
            records._create_invoices(grouped=True)
        elif kind == "post":
            records.action_post()
        elif kind == "transfer":
            records.with_context(skip_backorder=True).button_validate()
        elif kind == "request":
            records.with_user(self.rma_all).action_request()
        elif kind == "approve":
            records.with_user(self.rma_manager).action_approve()
        else:
            records.with_user(self.rma_all).action_settle()

    def _describe(self, order):
        """Return the order and its documents, one line for each of theirs."""
        told = [f"{order.currency_id.name}, {self.company.tax_calculation_rounding_method}"]
        told += [
            f"  {line.product_uom_qty} {line.product_uom_id.name} {line.product_id.name} at {line.price_unit} "
            f"less {line.discount} %, {', '.join(line.tax_ids.mapped('name'))}: {line.qty_delivered} delivered, "
            f"{line.qty_invoiced} invoiced, {line.qty_to_invoice} to invoice"
            for line in order.order_line
        ]
        for move in (order.invoice_ids | order.invoice_ids.reversal_move_ids).sorted("id"):
            told.append(f"{move.name} of {move.invoice_date}: {move.amount_total}, {move.amount_residual} open")
            told += [
                f"  {line.quantity} {line.product_uom_id.name} {line.name}: {line.price_subtotal} {line.price_total}"
                for line in move.invoice_line_ids
            ]
        return "\n".join(told)

    def _live_together(self, numbers):
        """Live the lives of some orders side by side."""
        waiting = {}

        def go_on(life, number):
            # One that fails says how it is repeated, and lets the others go on.
            with self.subTest(f"make properties N=1 SEED={number} T={type(self).__name__}"):
                step = next(life, None)
                if step:
                    waiting[life] = (number, *step)

        for number in numbers:
            go_on(self._live(number), number)
        while waiting:
            kinds = [kind for _number, kind, _records in waiting.values()]
            kind = max(KINDS, key=lambda kind: (kinds.count(kind), -KINDS.index(kind)))
            ready = {life: entry for life, entry in waiting.items() if entry[1] == kind}
            records = [records for _number, _kind, records in ready.values()]
            self._do(kind, self.env[records[0]._name].union(*(some.with_env(self.env) for some in records)))
            for life, (number, _kind, _records) in ready.items():
                del waiting[life]
                go_on(life, number)

    def _try_orders(self, *numbers):
        """Try the orders of this class, or those given, many at a time, and find the stock as it was."""
        numbers = numbers or range(SEED, SEED + max(1, round(ORDERS * self.share)))
        for begin in range(0, len(numbers), TOGETHER):
            for rounding in ("round_per_line", "round_globally"):
                some = [n for n in numbers[begin : begin + TOGETHER] if n % 2 == (rounding == "round_globally")]
                self.company.tax_calculation_rounding_method = rounding
                stock = self._get_stock()
                with self.env.cr.savepoint() as savepoint:
                    self._live_together(some)
                    with self.subTest(f"stock after the orders of SEED={some}"):
                        self.assertEqual(self._get_stock(), stock)
                    savepoint.rollback()
                self.env.invalidate_all()
