from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestDispositionContract(RmaCase):
    """One list of dispositions: operations plan them, inspections find them, one dispatcher carries them out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.returns = cls.warehouse.rma_location_id
        cls.vendor = cls.env["res.partner"].create({"name": "Chair factory"})
        cls.chair.seller_ids = [Command.create({"partner_id": cls.vendor.id})]

    def _offered(self, model):
        [field] = self.env[model].fields_get(["disposition"]).values()
        return [value for value, _label in field["selection"]]

    # === The contract ===

    def _assert_missing(self, sentence):
        with self.assertRaisesRegex(TypeError, sentence):
            self.env["rma.disposition"]._register_hook()

    def test_registry_names_the_disposition_without_a_model(self):
        field = self.env["rma.disposition.mixin"]._fields["disposition"]
        self.patch(field, "selection", [*field.selection, ("charity", "Give to charity")])
        self._assert_missing("disposition 'charity' .* has no model. Add one with _name = 'rma.disposition.charity'")

    def test_registry_names_what_a_disposition_lacks(self):
        vendor = self.env.registry["rma.disposition.vendor"]
        for attribute, value, sentence in (
            ("_role", "charity", "rma.disposition.vendor: stock.move.rma_role has no value 'charity'"),
            ("_counts_as", "qty_given", "rma.disposition.vendor: _counts_as is 'qty_given'"),
            ("_counts_as", "qty_received", "rma.disposition.vendor: _counts_as is 'qty_received'"),
            (
                "_move",
                self.env.registry["rma.disposition"]._move,
                "rma.disposition.vendor: the method _move is missing",
            ),
        ):
            with self.subTest(attribute=attribute, value=value):
                original = getattr(vendor, attribute)
                setattr(vendor, attribute, value)
                self.addCleanup(setattr, vendor, attribute, original)
                self._assert_missing(sentence)
                setattr(vendor, attribute, original)

    def test_registry_names_the_role_that_history_does_not_know(self):
        history = self.env.registry["rma.history"]
        kinds = self.env["rma.history"]._get_kind_by_role()
        kinds.pop("vendor")
        self.patch(history, "_get_kind_by_role", lambda self: kinds)
        self._assert_missing("rma.disposition.vendor: rma.history knows no event for the role 'vendor'")

    def test_registry_loads_as_it_is(self):
        self.env["rma.disposition"]._check_contract()

    # === What operations plan ===

    def test_operations_are_offered_what_needs_no_inspection(self):
        everything = ["restock", "refurbish", "scrap", "vendor", "customer", "missing", "wait"]
        self.assertEqual(self._offered("rma.inspection"), everything)
        self.assertEqual(self._offered("rma.grade"), everything)
        self.assertEqual(self._offered("rma.operation.type"), ["restock", "refurbish", "scrap", "vendor", "wait"])

    def test_operation_cannot_plan_what_only_an_inspection_finds(self):
        for disposition in ("customer", "missing"):
            with self.assertRaisesRegex(ValidationError, "can only be the result of an inspection"):
                self.refund.disposition = disposition

    def test_operation_that_refurbishes_puts_nothing_back_in_stock(self):
        self.refund.disposition = "refurbish"
        rma = self._return(self._sell_and_invoice((self.chair, 5)), (self.chair, 2, self.refund))
        rma.with_user(self.rma_all).action_settle()
        line = rma.line_ids
        self.assertEqual((line.qty_refurbished, line.qty_restocked, line.qty_to_dispose), (2, 0, 0))
        self.assertEqual(self._on_hand(self.chair, self.warehouse.rma_refurbish_location_id), 2)
        self.env.flush_all()
        kinds = rma.history_ids.mapped("kind")
        self.assertIn("refurbished", kinds)
        self.assertNotIn("restocked", kinds)

    def test_operation_that_sends_to_the_vendor(self):
        self.refund.disposition = "vendor"
        rma = self._return(self._sell_and_invoice((self.chair, 5)), (self.chair, 2, self.refund))
        for _time in range(2):
            rma.with_user(self.rma_all).action_settle()
        sent = rma.sudo().line_ids.move_ids.filtered(lambda move: move.rma_role == "vendor")
        self.assertEqual((sent.partner_id, sent.product_uom_qty), (self.vendor, 2))
        self.assertEqual(sent.location_dest_id, self.vendor.property_stock_supplier)
        self.assertEqual((rma.line_ids.qty_sent_off, rma.line_ids.qty_to_dispose), (2, 0))
        self._validate(sent.picking_id)
        self.assertEqual(self._on_hand(self.chair, self.returns), 0)

    def test_operation_cannot_send_to_a_vendor_that_nobody_knows(self):
        self.refund.disposition = "vendor"
        rma = self._return(self._sell_and_invoice((self.table, 5)), (self.table, 2, self.refund))
        with self.assertRaisesRegex(UserError, "Table has no vendor to be sent back to"):
            rma.action_settle()

    def test_screen_sends_to_the_vendor_what_it_leaves_over(self):
        self.refund.disposition = "vendor"
        rma = self._return(self._sell_and_invoice((self.chair, 5)), (self.chair, 3, self.refund))
        wizard = self._process(rma, (self.chair, {"qty_scrap": 1}))
        self.assertEqual(wizard.line_ids.qty_restock, 0)
        line = rma.line_ids
        self.assertEqual((line.qty_scrapped, line.qty_sent_off, line.qty_to_dispose), (1, 2, 0))
        self.assertEqual(line.qty_kept_here, 0)

    # === What inspections find ===

    def test_inspection_asks_for_a_location_where_one_can_be_chosen(self):
        rma = self._return(self._sell_and_invoice((self.chair, 5)), (self.chair, 2, self.refund))
        self.rma_all.group_ids += self.env.ref("stock.group_stock_multi_locations")
        inspections = self.env["rma.inspection"].with_user(self.rma_all).with_context(default_order_id=rma.id)
        view = "rma_management.rma_inspection_view_form"
        with Form(inspections, view) as form:
            form.disposition = "scrap"
            with self.assertRaisesRegex(AssertionError, "invisible"):
                form.location_id = self.stock
            form.disposition = "refurbish"
            form.location_id = self.stock
        self.assertEqual(rma.inspection_ids.location_id, self.stock)

    def test_results_never_take_the_same_unit(self):
        phone = self._create_product("Phone", 500.0, tracking="serial")
        serials = self.env["stock.lot"].create([{"name": f"S{i}", "product_id": phone.id} for i in range(2)])
        for serial in serials:
            self.env["stock.quant"]._update_available_quantity(phone, self.stock, 1, lot_id=serial)
        rma = self._return(self._sell_and_invoice((phone, 2)), (phone, 2, self.refund))
        grade = self.env["rma.grade"].search([], limit=1)
        self.env["rma.inspection"].with_user(self.rma_all).create(
            [
                {"line_id": rma.line_ids.id, "quantity": 1, "grade_id": grade.id, "disposition": "restock"}
                for _result in range(2)
            ]
        )
        rma.action_settle()
        moves = rma.sudo().line_ids.move_ids.filtered(lambda move: move.rma_role == "restock")
        self.assertEqual((len(moves), moves.lot_ids), (2, serials))
        self.assertEqual(self._on_hand(phone, self.stock), 2)
