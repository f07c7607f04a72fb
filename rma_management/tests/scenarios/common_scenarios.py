import re
from collections import Counter
from dataclasses import dataclass, field

from odoo import Command

from ..refund.test_price_paid import PricePaidCase

# Among the quantities of a return: the shipping is given back too.
SHIPPING = "shipping"


@dataclass(frozen=True)
class Tax:
    """A tax of a scenario; `is_base` raises the base of the next ones."""

    amount: float
    included: bool = False
    kind: str = "percent"
    is_base: bool = False
    base_of_own: bool = False


@dataclass(frozen=True)
class Line:
    """What was sold; `tax` is a percentage on top, or a tuple of taxes."""

    quantity: float
    price: float
    tax: float | tuple = 0.0
    discount: float = 0.0


@dataclass(frozen=True)
class Scenario:
    """What was sold, and what each return of it gives.

    `returns` are quantities of each line, with SHIPPING behind where it is given back; `totals` what they give, taxes
    included, and `taxes` how much of it is tax. `discount` is (kind, value) of the discount on the order, `less` a
    negative line by hand, `fee` the values of the reason. Where one cent may be in one part or another, `cents` is how
    many may: the sum has to be exact all the same. `rounding` is where taxes are rounded.
    """

    source: str
    lines: tuple
    returns: tuple
    totals: tuple
    taxes: tuple = ()
    discount: tuple = ()
    less: Line | None = None
    shipping: Line | None = None
    fee: dict = field(default_factory=dict)
    cents: int = 0
    rounding: str = "round_globally"


def scenarios(table):
    """Give a class a test for each scenario of a table, named after its source."""

    def decorate(cls):
        taken = Counter()
        for scenario in table:
            name = re.sub(r"\W+", "_", scenario.source.lower()).strip("_")
            taken[name] += 1
            suffix = f"_{taken[name]}" if taken[name] > 1 else ""
            setattr(cls, f"test_{name}{suffix}", lambda self, scenario=scenario: self._check_scenario(scenario))
        return cls

    return decorate


@dataclass(frozen=True)
class CostScenario:
    """What goods of one product cost, and what the credit note of each return books.

    `receipts` are (quantity, cost of a unit), of which those of `later` arrive after the invoice; `deliveries` the
    quantities that are shipped one after another; `returns` (quantity, number of the delivery that it comes from);
    `costs` what the credit notes take off the cost of goods, and `left` what the stock is worth in the end.
    """

    source: str
    method: str
    receipts: tuple
    deliveries: tuple
    returns: tuple
    costs: tuple
    left: float
    later: tuple = ()
    price: float = 100.0
    untaxed: tuple = ()


class ScenarioCase(PricePaidCase):
    """Sell, deliver, invoice, take back and settle a scenario."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scenario_taxes = {}
        cls.wares = [cls._create_product(f"Ware {number}", 1.0, on_hand=0, is_storable=False) for number in range(8)]
        parcel = cls._create_product("Parcel", 1.0, on_hand=0, type="service", invoice_policy="order")
        cls.carrier = cls.env["delivery.carrier"].create(
            {"name": "Parcel", "product_id": parcel.id, "delivery_type": "fixed", "fixed_price": 1.0}
        )

    def _find_taxes(self, spec):
        """Return the taxes of a line, each made once."""
        taxes = self.env["account.tax"]
        for tax in spec if isinstance(spec, tuple) else (Tax(spec),) * bool(spec):
            if tax not in self.scenario_taxes:
                self.scenario_taxes[tax] = self._tax(
                    tax.amount,
                    included=tax.included,
                    name=f"Scenario {len(self.scenario_taxes)}",
                    amount_type=tax.kind,
                    include_base_amount=tax.is_base,
                    is_base_affected=not tax.base_of_own,
                    sequence=len(self.scenario_taxes),
                ).id
            taxes += self.env["account.tax"].browse(self.scenario_taxes[tax])
        return taxes

    def setUp(self):
        super().setUp()
        self.scenario_taxes = {}

    def _prepare_line(self, line):
        return {
            "product_uom_qty": line.quantity,
            "price_unit": line.price,
            "discount": line.discount,
            "tax_ids": [Command.set(self._find_taxes(line.tax).ids)],
        }

    def _sell_scenario(self, scenario):
        goods = self.wares[: len(scenario.lines)]
        items = [(good, self._prepare_line(line)) for good, line in zip(goods, scenario.lines, strict=True)]
        if scenario.less:
            items.append((self.discount_product, self._prepare_line(scenario.less)))
        order = self._draft(*items)
        if scenario.discount:
            self._discount(order, *scenario.discount)
        if scenario.shipping:
            order.set_delivery_line(self.carrier, scenario.shipping.price)
            order.order_line.filtered("is_delivery").write(self._prepare_line(scenario.shipping))
        return self._finish(order), goods

    def _take_back(self, order, goods, quantities):
        """Return goods, and settle.

        :return: the credit notes
        """
        items = zip(goods, quantities, strict=False)
        rma = self._return(order, *[(good, quantity, self.refund_posted) for good, quantity in items if quantity])
        if SHIPPING in quantities:
            wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id, "refund_shipping": True})
            wizard.action_complete()
        else:
            rma.action_settle()
        return rma.sudo().refund_ids

    def _check_parts(self, found, expected, cents):
        """Compare sorted parts, which may differ by some cents, and their exact sum."""
        self.assertEqual(round(sum(found), 2), round(sum(expected), 2))
        for part, wanted in zip(sorted(found), sorted(expected), strict=True):
            self.assertAlmostEqual(part, wanted, delta=0.01 * cents + 0.001)

    def _check_scenario(self, scenario):
        self.reason.write(scenario.fee)
        self.company.tax_calculation_rounding_method = scenario.rounding
        order, goods = self._sell_scenario(scenario)
        totals, taxes = [], []
        for quantities in scenario.returns:
            notes = self._take_back(order, goods, quantities)
            totals.append(sum(notes.mapped("amount_total")))
            taxes.append(sum(notes.mapped("amount_tax")))
        self._check_parts(totals, scenario.totals, scenario.cents)
        if scenario.taxes:
            self._check_parts(taxes, scenario.taxes, scenario.cents)
        if self._is_all_back(scenario):
            self._check_nothing_left(order)

    def _is_all_back(self, scenario):
        """Return whether the returns are all that was sold, and nothing was kept."""
        returned = [sum(part) for part in zip(*[r[: len(scenario.lines)] for r in scenario.returns], strict=True)]
        return (
            returned == [line.quantity for line in scenario.lines]
            and not scenario.fee
            and bool(scenario.shipping) == any(SHIPPING in quantities for quantities in scenario.returns)
        )
