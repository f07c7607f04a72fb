from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..common import RmaCase

# A Tuesday.
DELIVERED = datetime(2026, 3, 3, 12, 0, 0)


@tagged("post_install", "-at_install")
class TestWithdrawalClock(RmaCase):
    """X5: until when a customer may withdraw (articles 9 and 10)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"rma_withdrawal_days": 14, "rma_withdrawal_told": True})
        cls.service = cls._create_product("Lesson", 20.0, on_hand=0, type="service", is_storable=False)

    def _deliver_on(self, order, moment, quantities=None):
        pickings = self._deliver(order, quantities)
        pickings.move_ids.filtered(lambda move: move.state == "done").date = moment

    def _get_deadline(self, order, product=None, tz="UTC"):
        deadlines = order._get_withdrawal_deadlines(tz)
        return deadlines[order.order_line.filtered(lambda line: line.product_id == (product or self.chair))]

    def _declare_on(self, order, moment, tz="UTC"):
        withdrawal = self.env["rma.withdrawal"]
        with patch.object(fields.Datetime, "now", lambda *args: moment):
            return withdrawal.create(
                {
                    "customer_name": "Ada",
                    "order_reference": order.name,
                    "email": "ada@example.com",
                    "sale_order_id": order.id,
                    "date_declared": moment,
                    "tz": tz,
                }
            )

    def test_14_days_from_the_delivery(self):
        order = self._sell((self.chair, 1))
        self._deliver_on(order, DELIVERED)
        self.assertEqual(self._get_deadline(order), date(2026, 3, 17))

    def test_of_several_parcels_the_last_one_counts(self):
        order = self._sell((self.chair, 2), (self.table, 1))
        self._deliver_on(order, DELIVERED, {self.chair: 1})
        self.assertFalse(self._get_deadline(order), "the period has not begun")
        self._deliver_on(order, DELIVERED + timedelta(days=10), {self.chair: 1})
        self.assertFalse(self._get_deadline(order))
        self._deliver_on(order, DELIVERED + timedelta(days=21))
        self.assertEqual(self._get_deadline(order), date(2026, 4, 7))
        self.assertEqual(self._get_deadline(order, self.table), date(2026, 4, 7))

    def test_rest_that_will_never_come_is_not_waited_for(self):
        order = self._sell((self.chair, 2))
        self._deliver_on(order, DELIVERED, {self.chair: 1})
        order.picking_ids.filtered(lambda picking: picking.state != "done").action_cancel()
        self.assertEqual(self._get_deadline(order), date(2026, 3, 17))

    def test_replacement_begins_no_new_period(self):
        order = self._sell_and_invoice((self.chair, 1))
        order.picking_ids.move_ids.date = DELIVERED
        rma = self._return(order, (self.chair, 1, self.replace))
        self._process(rma)
        self._validate(rma.sudo().picking_ids.filtered(lambda picking: picking.state != "done"))
        self.assertEqual(self._get_deadline(order), date(2026, 3, 17))

    def test_service_counts_from_the_order(self):
        order = self._sell((self.chair, 1), (self.service, 1))
        order.date_order = datetime(2026, 2, 3, 12, 0, 0)
        self._deliver_on(order, DELIVERED)
        self.assertEqual(self._get_deadline(order, self.service), date(2026, 2, 17))
        self.assertEqual(self._get_deadline(order), date(2026, 3, 17))

    def test_period_ends_on_a_working_day(self):
        order = self._sell((self.chair, 1))
        for day, end in ((7, 23), (8, 23), (6, 20)):
            order.picking_ids.move_ids.filtered(lambda move: move.state == "done").date = False
            if not order.order_line.qty_delivered:
                self._deliver_on(order, DELIVERED)
            order.picking_ids.move_ids.date = datetime(2026, 3, day, 12)
            self.assertEqual(self._get_deadline(order), date(2026, 3, end))

    def test_12_months_more_where_the_customer_was_not_told(self):
        order = self._sell((self.chair, 1))
        self._deliver_on(order, DELIVERED)
        order.rma_withdrawal_untold = True
        self.assertEqual(self._get_deadline(order), date(2027, 3, 17))
        order.rma_withdrawal_date_told = date(2026, 6, 2)
        self.assertEqual(self._get_deadline(order), date(2026, 6, 16), "14 days after the customer was told")
        order.rma_withdrawal_untold = False
        self.company.rma_withdrawal_told = False
        order.rma_withdrawal_date_told = False
        self.assertEqual(self._get_deadline(order), date(2027, 3, 17))

    def test_days_are_those_of_the_customer(self):
        order = self._sell((self.chair, 1))
        self._deliver_on(order, datetime(2026, 3, 3, 23, 30))
        self.assertEqual(self._get_deadline(order, tz="Europe/Paris"), date(2026, 3, 18))
        self.assertFalse(self._declare_on(order, datetime(2026, 3, 17, 23, 30), "Europe/Paris").is_late)
        self.assertTrue(self._declare_on(order, datetime(2026, 3, 18, 23, 30), "Europe/Paris").is_late)

    def test_late_declaration_is_recorded_and_flagged(self):
        order = self._sell((self.chair, 1))
        self._deliver_on(order, DELIVERED)
        in_time = self._declare_on(order, datetime(2026, 3, 17, 23, 59, 59))
        late = self._declare_on(order, datetime(2026, 3, 18, 0, 0, 0))
        self.assertEqual((in_time.is_late, late.is_late), (False, True))
        self.assertEqual((late.state, late.deadline), ("received", date(2026, 3, 17)))
        self.assertEqual((in_time.line_ids.is_accepted, late.line_ids.is_accepted), (True, False))

    def test_before_the_delivery_it_is_in_time(self):
        withdrawal = self._declare_on(self._sell((self.chair, 1)), DELIVERED)
        self.assertFalse(withdrawal.is_late or withdrawal.deadline)

    def test_every_exception_has_its_sentence_and_is_flagged(self):
        template = self.chair.product_tmpl_id
        for kind, _label in template._fields["rma_withdrawal_exception"].selection:
            template.rma_withdrawal_exception = kind
            self.assertIn("article 16", template._get_withdrawal_exception())
        withdrawal = self._declare_on(self._sell((self.chair, 1), (self.table, 1)), DELIVERED)
        self.assertTrue(withdrawal.has_exception)
        accepted = withdrawal.line_ids.filtered("is_accepted")
        self.assertEqual(accepted.product_id, self.table)
        template.rma_withdrawal_exception = False
        self.assertFalse(template._get_withdrawal_exception())
