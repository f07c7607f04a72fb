from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestLot(RmaCase):
    """X11: what comes back must be what was sold, and warranty is counted from delivery."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone = cls._create_product("Phone", 100.0, tracking="serial", warranty_months=24)
        cls.lots = cls.env["stock.lot"].create([{"name": f"SN{n}", "product_id": cls.phone.id} for n in range(4)])
        for lot in cls.lots[:2]:
            cls.env["stock.quant"]._update_available_quantity(cls.phone, cls.stock, 1, lot_id=lot)
        cls.order = cls._sell_and_invoice((cls.phone, 2))
        cls.delivery = cls.order.picking_ids.move_ids

    def _receive_serial(self, rma, lot):
        move = rma.sudo().picking_ids.move_ids
        move.move_line_ids.lot_id = lot
        move.picked = True
        move.picking_id.with_user(self.stock_user).button_validate()

    def test_what_was_delivered_is_no_foreign_serial(self):
        rma = self._return(self.order, (self.phone, 1, self.refund))
        self.assertFalse(rma.line_ids.foreign_lot_ids)
        self.assertFalse(rma.warning_foreign_lots)
        rma.action_settle()
        self.assertEqual(rma.state, "done")

    def test_foreign_serial_is_flagged_and_not_settled_until_accepted(self):
        rma = self._approve(self._ask(self.order, (self.phone, 1, self.refund)))
        self._receive_serial(rma, self.lots[3])
        self.assertEqual(rma.line_ids.foreign_lot_ids, self.lots[3])
        self.assertEqual(rma.warning_foreign_lots, "SN3")
        self.assertTrue(any("SN3" in (message.body or "") for message in rma.message_ids))
        with self.assertRaisesRegex(UserError, "SN3 of Phone was received"):
            rma.action_settle()
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        self.assertIn("SN3", wizard.warning)
        with self.assertRaisesRegex(UserError, "SN3 of Phone was received"):
            wizard.action_complete()
        wizard.line_ids.accept_foreign_lots = True
        self.assertFalse(wizard.warning)
        wizard.action_complete()
        self.assertEqual(rma.state, "done")
        self.assertTrue(any("Accepted: SN3" in (message.body or "") for message in rma.message_ids))

    def test_automatic_settlement_leaves_a_foreign_serial_to_people(self):
        self.refund.auto_settle = True
        rma = self._approve(self._ask(self.order, (self.phone, 1, self.refund)))
        self._receive_serial(rma, self.lots[3])
        self.assertEqual((rma.state, rma.line_ids.qty_refunded), ("processing", 0))
        self.assertTrue(any("Not settled automatically" in (message.body or "") for message in rma.message_ids))

    def test_warranty_is_counted_from_delivery(self):
        rma = self._ask(self.order, (self.phone, 1, self.repair))
        line = rma.line_ids
        self.assertTrue(line.in_warranty)
        self.delivery.date -= timedelta(days=800)
        line.invalidate_recordset()
        self.assertFalse(line.in_warranty)

    def test_warranty_ends_with_its_last_day_where_the_customer_lives(self):
        rma = self._ask(self.order, (self.phone, 1, self.repair))
        line = rma.line_ids
        second = timedelta(seconds=1)
        for tz, delivered, last_day, over in (
            ("UTC", "2024-03-31 12:00:00", date(2026, 3, 31), "2026-04-01 00:00:00"),
            ("UTC", "2024-02-29 12:00:00", date(2026, 2, 28), "2026-03-01 00:00:00"),
            # The first minutes of a month there, the last hours of another one in Greenwich.
            ("Asia/Tehran", "2024-10-31 20:45:00", date(2026, 11, 1), "2026-11-01 20:30:00"),
            ("Asia/Shanghai", "2024-12-31 16:05:00", date(2027, 1, 1), "2027-01-01 16:00:00"),
            # The last hour of a month there; summer time has begun on the last day.
            ("America/Los_Angeles", "2024-03-01 07:30:00", date(2026, 2, 28), "2026-03-01 08:00:00"),
            ("Europe/Paris", "2024-03-28 23:30:00", date(2026, 3, 29), "2026-03-29 22:00:00"),
        ):
            self.customer.tz = tz
            self.delivery.date = delivered
            for reader_tz in ("Asia/Tehran", "America/Los_Angeles"):
                seen = line.with_context(tz=reader_tz)
                rma.sudo().date_requested = fields.Datetime.to_datetime(over) - second
                line.invalidate_recordset()
                self.assertEqual((seen.warranty_date, seen.in_warranty), (last_day, True), tz)
                rma.sudo().date_requested = over
                line.invalidate_recordset()
                self.assertEqual((seen.warranty_date, seen.in_warranty), (last_day, False), tz)

    def test_warranty_is_counted_where_the_company_is_unless_the_customer_is_known_to_live_elsewhere(self):
        line = self._ask(self.order, (self.phone, 1, self.repair)).line_ids
        self.customer.tz = False
        self.company.partner_id.tz = "Asia/Tehran"
        self.delivery.date = "2024-10-31 20:45:00"
        line.invalidate_recordset()
        self.assertEqual(line.warranty_date, date(2026, 11, 1))

    def test_repair_is_under_warranty_by_the_term_of_the_product(self):
        rma = self._return(self.order, (self.phone, 1, self.repair))
        rma.action_settle()
        self.assertTrue(rma.repair_ids.under_warranty)
        self.delivery.date -= timedelta(days=800)
        late = self._return(self.order, (self.phone, 1, self.repair))
        late.action_settle()
        self.assertFalse(late.repair_ids.under_warranty)

    def test_product_without_term_follows_the_operation(self):
        order = self._sell_and_invoice((self.chair, 2))
        self.repair.under_warranty = False
        rma = self._return(order, (self.chair, 1, self.repair))
        rma.action_settle()
        self.assertFalse(rma.repair_ids.under_warranty)
        self.assertFalse(rma.line_ids.warranty_date)

    def test_goods_sold_elsewhere_have_nothing_to_compare_with(self):
        rma = self.env["rma.order"].create(
            {
                "partner_id": self.customer.id,
                "line_ids": [
                    fields.Command.create(
                        {
                            "product_id": self.phone.id,
                            "product_uom_qty": 1,
                            "lot_ids": self.lots[3].ids,
                            "reason_id": self.reason.id,
                            "operation_type_id": self.return_only.id,
                        }
                    )
                ],
            }
        )
        rma.action_request()
        rma.action_approve()
        self._receive(rma)
        self.assertFalse(rma.line_ids.foreign_lot_ids)
