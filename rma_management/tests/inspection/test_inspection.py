from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestInspection(RmaCase):
    """X10, C5: what arrived is split into results; each decides about goods and money, with its reason visible."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor = cls.env["res.partner"].create({"name": "Chair factory"})
        cls.chair.seller_ids = [Command.create({"partner_id": cls.vendor.id})]
        cls.grades = {
            name: cls.env.ref(f"rma_management.rma_grade_{name}")
            for name in ["a", "b", "c", "d", "wrong", "missing", "junk"]
        }
        cls.order = cls._sell_and_invoice((cls.chair, 10))

    def _inspect(self, rma, *results):
        """Write results: (grade, quantity) or with a dict of values behind, as a user of all returns."""
        return (
            self.env["rma.inspection"]
            .with_user(self.rma_all)
            .create(
                [
                    {
                        "line_id": rma.line_ids[:1].id,
                        "grade_id": self.grades[grade].id,
                        "quantity": quantity,
                        **(more[0] if more else {}),
                    }
                    for grade, quantity, *more in results
                ]
            )
        )

    def test_of_five_three_to_stock_one_to_refurbish_one_missing(self):
        before = self._on_hand(self.chair, self.stock)
        rma = self._return(self.order, (self.chair, 5, self.refund))
        self._inspect(rma, ("a", 3), ("c", 1, {"remark": "scratched"}), ("missing", 1))
        rma.action_settle()
        line = rma.line_ids
        self.assertEqual((line.qty_received, line.qty_inspected), (5, 5))
        self.assertEqual((line.qty_restocked, line.qty_refurbished, line.qty_scrapped), (3, 1, 1))
        self.assertEqual(self._on_hand(self.chair, self.stock), before + 3)
        self.assertEqual(self._on_hand(self.chair, self.warehouse.rma_refurbish_location_id), 1)
        self.assertEqual(self._on_hand(self.chair, self.warehouse.rma_location_id), 0)
        # 3 whole, 1 for 80 %, nothing for the missing one; 46 each with tax.
        refund = rma.sudo().refund_ids
        self.assertEqual(refund.amount_total, 4 * 46 - 9.2)
        deduction = refund.invoice_line_ids.filtered("rma_inspection_id")
        self.assertIn("80%", deduction.name)
        self.assertIn("scratched", deduction.name)
        self.assertEqual(line.qty_refunded, 4)
        self.assertEqual(rma.state, "done")

    def test_order_is_settled_though_a_unit_got_nothing(self):
        rma = self._return(self.order, (self.chair, 5, self.refund))
        self._inspect(rma, ("a", 4), ("missing", 1))
        rma.action_settle()
        self.assertEqual(self.order.order_line.qty_to_invoice, 0)
        self.assertEqual(self.order.invoice_status, "invoiced")

    def test_screen_shows_the_results_and_does_them(self):
        rma = self._return(self.order, (self.chair, 5, self.refund))
        self._inspect(rma, ("a", 2), ("junk", 1))
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        line = wizard.line_ids
        # Two were not inspected: the operation puts them in stock.
        self.assertEqual((line.qty_inspected, line.qty_restock, line.qty_scrap, line.qty_refund), (3, 4, 1, 4))
        line.write({"qty_restock": 3, "qty_scrap": 2})
        wizard.action_complete()
        self.assertEqual((rma.line_ids.qty_restocked, rma.line_ids.qty_scrapped), (3, 2))
        self.assertEqual(rma.line_ids.qty_refunded, 4)
        self.assertEqual(rma.state, "done")

    def test_screen_refuses_less_than_the_inspection_decided(self):
        rma = self._return(self.order, (self.chair, 5, self.refund))
        self._inspect(rma, ("a", 3))
        with self.assertRaisesRegex(UserError, "the inspection restocks 3 Units"):
            self._process(rma, (self.chair, {"qty_restock": 2}))

    def test_total_on_the_screen_counts_the_grades(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        self._inspect(rma, ("c", 2))
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        self.assertEqual((wizard.amount_products, wizard.amount_deduction), (92.0, -18.4))
        wizard.action_complete()
        self.assertEqual(rma.amount_refunded, 73.6)

    def test_units_of_full_worth_are_refunded_first(self):
        rma = self._return(self.order, (self.chair, 3, self.refund))
        self._inspect(rma, ("a", 2), ("c", 1))
        self._process(rma, (self.chair, {"qty_refund": 2, "exchange": True, "qty_replace": 1}))
        self.assertEqual(rma.amount_refunded, 92.0)

    def test_deduction_over_two_invoices_is_made_once(self):
        order = self._sell((self.chair, 4))
        for _part in range(2):
            self._deliver(order, {self.chair: 2})
            self._invoice(order)
        rma = self._return(order, (self.chair, 4, self.refund))
        self._inspect(rma, ("c", 3))
        rma.action_settle()
        self.assertEqual(len(rma.sudo().refund_ids), 2)
        self.assertEqual(rma.amount_refunded, 4 * 46 - 3 * 9.2)

    def test_deduction_is_made_again_when_its_credit_note_is_deleted(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        self._inspect(rma, ("c", 1))
        rma.action_settle()
        rma.sudo().refund_ids.unlink()
        self.assertEqual(rma.state, "processing")
        rma.action_settle()
        self.assertEqual(rma.amount_refunded, 2 * 46 - 9.2)

    def test_back_to_the_vendor(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        self._inspect(rma, ("d", 2, {"disposition": "vendor"}))
        rma.action_settle()
        picking = rma.sudo().picking_ids.filtered(lambda picking: picking.location_dest_id.usage == "supplier")
        self.assertEqual(picking.partner_id, self.vendor)
        self.assertEqual(picking.state, "assigned")
        self.assertEqual(rma.line_ids.qty_sent_off, 2)
        rma.action_settle()
        self.assertEqual(rma.line_ids.qty_sent_off, 2)
        self._validate(picking.with_user(self.stock_user))
        self.assertEqual(self._on_hand(self.chair, self.warehouse.rma_location_id), 0)

    def test_vendor_unknown_is_refused(self):
        self.chair.seller_ids.unlink()
        rma = self._return(self.order, (self.chair, 1, self.refund))
        with self.assertRaisesRegex(ValidationError, "no vendor"):
            self._inspect(rma, ("d", 1, {"disposition": "vendor"}))

    def test_wrong_item_goes_back_to_the_customer_who_gets_nothing(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        self._inspect(rma, ("a", 1), ("wrong", 1))
        rma.action_settle()
        self.assertEqual(rma.line_ids.qty_refunded, 1)
        self.assertEqual(rma.state, "done")
        picking = rma.sudo().picking_ids.filtered(lambda picking: picking.location_dest_id.usage == "customer")
        self._validate(picking.with_user(self.stock_user))
        line = self.order.order_line
        self.assertEqual((line.qty_delivered, line.qty_invoiced, line.qty_to_invoice), (9, 9, 0))
        # The customer has it again, and may send it back again.
        self.assertEqual(line.qty_returnable, 9)

    def test_left_in_the_returns_location(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        self._inspect(rma, ("a", 2, {"disposition": "wait"}))
        rma.action_settle()
        self.assertEqual(rma.line_ids.qty_restocked, 0)
        self.assertEqual(self._on_hand(self.chair, self.warehouse.rma_location_id), 2)
        self.assertEqual(rma.state, "done")

    def test_decision_may_change_until_it_is_carried_out(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        results = self._inspect(rma, ("a", 1), ("d", 1, {"disposition": "vendor"}))
        rma.action_settle()
        with self.assertRaisesRegex(UserError, "already carried out"):
            results[0].quantity = 2
        with self.assertRaisesRegex(UserError, "already carried out"):
            results[0].unlink()
        # On its way to the vendor, but not gone: called off, and scrapped instead.
        results[1].disposition = "scrap"
        self.assertEqual(rma.line_ids.qty_sent_off, 0)
        rma.action_settle()
        self.assertEqual(rma.line_ids.qty_scrapped, 1)

    def test_no_more_than_arrived(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        self._inspect(rma, ("a", 2))
        with self.assertRaisesRegex(ValidationError, "only 2 Units have arrived"):
            self._inspect(rma, ("b", 1))

    def test_share_of_the_refund_is_a_percentage(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.grades["a"].refund_percent = 101
            self.env.flush_all()

    def test_inspection_is_refused_before_arrival_and_to_outsiders(self):
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.refund)))
        with self.assertRaisesRegex(UserError, "Receive the goods first"):
            rma.action_inspect()
        self._receive(rma)
        self.assertEqual(rma.action_inspect()["res_id"], rma.id)
        with self.assertRaises(AccessError):
            self.env["rma.inspection"].with_user(self.stock_user).create({"line_id": rma.line_ids.id})

    def test_scanning_counts(self):
        self.chair.barcode = "CHAIR-4711"
        rma = self._return(self.order, (self.chair, 3, self.refund))
        with Form(rma.with_user(self.rma_all), "rma_management.rma_order_view_form_inspection") as form:
            form._barcode_scanned = "CHAIR-4711"
            form._barcode_scanned = "CHAIR-4711"
            self.assertEqual(len(form.inspection_ids), 1)
        self.assertEqual(rma.inspection_ids.quantity, 2)
        self.assertEqual(rma.inspection_ids.grade_id, self.grades["a"])

    def test_scanning_a_serial_counts_it_once(self):
        phone = self._create_product("Phone", 100.0, tracking="serial")
        lots = self.env["stock.lot"].create([{"name": f"SN{n}", "product_id": phone.id} for n in range(2)])
        for lot in lots:
            self.env["stock.quant"]._update_available_quantity(phone, self.stock, 1, lot_id=lot)
        rma = self._return(self._sell_and_invoice((phone, 2)), (phone, 2, self.refund))
        order = rma.with_user(self.rma_all)
        self.assertIn("warning", order.on_barcode_scanned("SN9"))
        with Form(order, "rma_management.rma_order_view_form_inspection") as form:
            form._barcode_scanned = "SN1"
        self.assertEqual(rma.inspection_ids.lot_id, lots[1])
        self.assertIn("warning", order.on_barcode_scanned("SN1"))
        rma.inspection_ids.grade_id = self.grades["junk"]
        rma.action_settle()
        self.assertEqual(rma.scrap_ids.lot_id, lots[1])
        self.assertEqual(rma.line_ids.qty_restocked, 1)

    def test_slip_opens_the_return_by_its_codes(self):
        rma = self._approve(self._ask(self.order, (self.chair, 1, self.refund)))
        find = self.env["rma.order"].with_user(self.rma_all).find_by_barcode
        self.assertEqual(find(rma.name), rma.id)
        self.assertEqual(find(rma._get_slip_url()), rma.id)
        self.assertEqual(find(f"{rma._get_slip_url()}?access_token=x"), rma.id)
        self.assertFalse(find("RMA-unknown"))
        self.assertFalse(find(""))
        rma.sudo().user_id = self.rma_manager
        self.assertFalse(self.env["rma.order"].with_user(self.rma_user).find_by_barcode(rma.name))

    def test_batch_of_inspected_returns_is_moved_in_batch(self):
        def count(number):
            orders = [self._sell_and_invoice((self.chair, 2)) for _position in range(number)]
            rmas = self.env["rma.order"].union(*(self._return(order, (self.chair, 2, self.refund)) for order in orders))
            for rma in rmas:
                self._inspect(rma, ("a", 1), ("c", 1))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            rmas.action_settle()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count(1)
        few, many = count(2), count(12)
        self.assertLess((many - few) / 10, 60)
