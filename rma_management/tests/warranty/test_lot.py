from datetime import timedelta

from dateutil.relativedelta import relativedelta
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
        with self.assertRaisesRegex(UserError, "SN3 of Phone arrived"):
            rma.action_settle()
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        self.assertIn("SN3", wizard.warning)
        with self.assertRaisesRegex(UserError, "SN3 of Phone arrived"):
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
        delivered = self.delivery.date
        self.assertEqual(line.warranty_date, (delivered + relativedelta(months=24)).date())
        self.assertTrue(line.in_warranty)
        self.delivery.date -= timedelta(days=800)
        line.invalidate_recordset()
        self.assertFalse(line.in_warranty)

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
