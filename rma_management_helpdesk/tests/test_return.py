from unittest.mock import patch

from lxml import etree
from odoo.addons.rma_management.models.returnable.sale_order_line import SaleOrderLine
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import HelpdeskCase


@tagged("post_install", "-at_install")
class TestReturn(HelpdeskCase):
    """H5: what was delivered comes back, as a return or as a reverse transfer, and never more than is left."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5), (cls.table, 2))
        cls.delivery = cls.order.picking_ids

    def _return_window(self, ticket):
        wizard = self._open(ticket, "action_return")
        wizard.reason_id = self.reason
        return wizard

    def _lines(self, wizard):
        return {line.product_id: line for line in wizard.line_ids}

    def test_without_delivery_there_is_no_button(self):
        bea = self.env["res.partner"].create({"name": "Bea"})
        order = self._sell((self.chair, 1), partner_id=bea.id)
        ticket = self._ticket(order)
        self.assertFalse(ticket.can_return)
        with self.assertRaisesRegex(UserError, "Nothing was delivered"):
            ticket.action_return()
        self._deliver(order)
        ticket.invalidate_recordset()
        self.assertTrue(ticket.can_return)

    def test_all_that_can_be_returned_is_proposed(self):
        wizard = self._return_window(self._ticket(self.order))
        lines = self._lines(wizard)
        self.assertEqual((lines[self.chair].quantity, lines[self.table].quantity), (5, 2))

    def test_product_of_the_ticket_is_proposed_alone(self):
        wizard = self._return_window(self._ticket(self.order, product_id=self.table.id))
        lines = self._lines(wizard)
        self.assertEqual((lines[self.chair].quantity, lines[self.table].quantity), (0, 2))

    def test_nothing_is_proposed_in_place_of_a_product_that_is_reserved(self):
        self._approve(self._ask(self.order, (self.table, 2, self.refund)))
        wizard = self._return_window(self._ticket(self.order, product_id=self.table.id))
        self.assertEqual(self._lines(wizard)[self.chair].quantity, 0)
        self.assertNotIn(self.table, self._lines(wizard))
        with self.assertRaisesRegex(UserError, "Enter the quantity"):
            wizard.action_create()

    def test_return_is_approved_at_once_and_its_receipt_waits(self):
        ticket = self._ticket(self.order)
        wizard = self._return_window(ticket)
        self.assertEqual(wizard.operation_type_id, self.refund)
        self._lines(wizard)[self.chair].quantity = 2
        self._lines(wizard)[self.table].quantity = 0
        wizard.comment = "The back is broken."
        wizard.action_create()
        rma = ticket.rma_ids.sudo()
        self.assertEqual((rma.state, rma.requested_by_id, rma.partner_id), ("approved", self.agent, self.customer))
        self.assertEqual(rma.picking_ids.state, "assigned")
        self.assertRecordValues(
            rma.line_ids,
            [
                {
                    "product_id": self.chair.id,
                    "product_uom_qty": 2,
                    "move_id": self.delivery.move_ids.filtered(lambda move: move.product_id == self.chair).id,
                    "reason_id": self.reason.id,
                    "operation_type_id": self.refund.id,
                }
            ],
        )
        self.assertEqual(rma.customer_note, "The back is broken.")
        self.assertIn("Approved by the help desk", "".join(rma.message_ids.mapped("body")))
        self.assertEqual((ticket.rma_count, ticket.picking_count), (1, 0))

    def test_team_may_leave_approval_to_others(self):
        self.team.approve_returns = False
        ticket = self._ticket(self.order)
        self._return_window(ticket).action_create()
        self.assertEqual(ticket.rma_ids.sudo().state, "requested")

    def test_second_person_is_still_asked(self):
        self.company.rma_second_approval_amount = 100.0
        ticket = self._ticket(self.order)
        self._return_window(ticket).action_create()
        self.assertEqual(ticket.rma_ids.sudo().state, "requested")

    def test_who_approves_by_the_return_policy_is_still_asked(self):
        rule = self.env["rma.policy.rule"].create(
            {
                "name": "Accounting approves",
                "sequence": -1,
                "approver_group_id": self.env.ref("account.group_account_manager").id,
            }
        )
        rule.is_on = True
        ticket = self._ticket(self.order)
        self._return_window(ticket).action_create()
        self.assertEqual(ticket.rma_ids.sudo().state, "requested")

    def test_what_came_back_is_not_offered_again(self):
        self._return(self.order, (self.chair, 3, self.refund))
        wizard = self._return_window(self._ticket(self.order))
        self.assertEqual(self._lines(wizard)[self.chair].quantity, 2)

    def test_more_than_is_left_is_refused(self):
        for kind in ("rma", "picking"):
            self.team.return_kind = kind
            wizard = self._return_window(self._ticket(self.order))
            line = self._lines(wizard)[self.chair]
            line.write({"quantity": 6, "qty_returnable": 100})
            with self.assertRaisesRegex(UserError, "Only 5"):
                wizard.action_create()

    def test_two_windows_return_the_same_units_once(self):
        for kind in ("rma", "picking"):
            self.team.return_kind = kind
            order = self._sell_and_invoice((self.chair, 1))
            first = self._return_window(self._ticket(order))
            second = self._return_window(self._ticket(order))
            first.action_create()
            with self.assertRaisesRegex(UserError, "Only 0"):
                second.action_create()

    def test_reverse_transfer_only(self):
        self.team.return_kind = "picking"
        ticket = self._ticket(self.order)
        wizard = self._open(ticket, "action_return")
        self._lines(wizard)[self.chair].quantity = 2
        self._lines(wizard)[self.table].quantity = 0
        wizard.action_create()
        picking = self._documents(ticket, "picking")
        self.assertRecordValues(picking.move_ids, [{"product_id": self.chair.id, "product_uom_qty": 2}])
        self.assertEqual((picking.return_id, picking.state), (self.delivery, "assigned"))
        self.assertEqual((ticket.rma_count, ticket.picking_count), (0, 1))
        self._validate(picking)
        self.assertEqual(self.order.order_line[0].qty_returnable, 3)
        self.assertEqual(picking.with_user(self.agent).ticket_items, "2 Units Chair")

    def test_reverse_transfer_leaves_other_receipts_of_the_delivery_their_goods(self):
        rma = self._approve(self._ask(self.order, (self.chair, 2, self.refund), (self.table, 1, self.refund)))
        receipts = rma.sudo().line_ids.move_ids
        self.team.return_kind = "picking"
        ticket = self._ticket(self.order, product_id=self.chair.id)
        self._open(ticket, "action_return").action_create()
        self.assertEqual(self._documents(ticket, "picking").move_ids.mapped("quantity"), [3])
        self.assertEqual((receipts.mapped("quantity"), set(receipts.mapped("state"))), ([2, 1], {"assigned"}))
        again = self._ticket(self.order, product_id=self.table.id)
        self._open(again, "action_return").action_create()
        self.assertEqual(self._documents(ticket, "picking").move_ids.mapped("quantity"), [3])
        self.assertEqual(receipts.mapped("quantity"), [2, 1])

    def test_delivery_of_another_customer_is_refused(self):
        bea = self.env["res.partner"].create({"name": "Bea"})
        foreign = self._sell_and_invoice((self.chair, 1), partner_id=bea.id)
        wizard = self._return_window(self._ticket(self.order))
        wizard.delivery_id.sudo().picking_id = foreign.picking_ids
        with self.assertRaisesRegex(UserError, "is not a delivery to the customer"):
            wizard.action_create()

    def test_serial_number_of_the_ticket_is_the_one_that_comes_back(self):
        phone = self._create_product("Phone", 500.0, tracking="serial")
        serials = self.env["stock.lot"].create([{"name": name, "product_id": phone.id} for name in ("S1", "S2")])
        for serial in serials:
            self.env["stock.quant"]._update_available_quantity(phone, self.stock, 1, lot_id=serial)
        order = self._sell_and_invoice((phone, 2))
        ticket = self._ticket(order, product_id=phone.id, lot_id=serials[1].id)
        wizard = self._return_window(ticket)
        self.assertEqual(wizard.line_ids.quantity, 1)
        wizard.action_create()
        self.assertEqual(ticket.rma_ids.sudo().line_ids.lot_ids, serials[1])
        self.assertEqual(ticket.rma_ids.sudo().picking_ids.move_ids.lot_ids, serials[1])

    def test_agent_reads_the_return_and_no_other(self):
        ticket = self._ticket(self.order)
        self._return_window(ticket).action_create()
        other = self._ask(self._sell_and_invoice((self.chair, 1)), (self.chair, 1, self.refund))
        rma = ticket.rma_ids
        self.assertEqual(self.env["rma.order"].with_user(self.agent).search([]), rma)
        self.assertEqual(rma.line_ids.mapped("product_uom_qty"), [5, 2])
        for operation in (
            lambda: other.with_user(self.agent).read(["name"]),
            lambda: other.line_ids.with_user(self.agent).read(["product_id"]),
            lambda: rma.action_cancel(),
            lambda: rma.write({"customer_reference": "x"}),
        ):
            with self.assertRaises(AccessError):
                operation()

    def test_return_policy_is_obeyed(self):
        def refuse(self, quantity=0.0, product=None, **details):
            return "Chairs are not taken back." if product.name == "Chair" and details["reason"] else ""

        with patch.object(SaleOrderLine, "_get_policy_refusal", refuse):
            for kind in ("rma", "picking"):
                self.team.return_kind = kind
                wizard = self._return_window(self._ticket(self.order))
                with self.assertRaisesRegex(UserError, "Chair: Chairs are not taken back."):
                    wizard.action_create()
            self.team.return_kind = "rma"
            wizard = self._return_window(self._ticket(self.order))
            self._lines(wizard)[self.chair].quantity = 0
            wizard.action_create()
            self.assertTrue(wizard.ticket_id.rma_ids)

    def test_lines_are_made_as_by_every_other_door(self):
        def prepare(self, quantity, **values):
            return {**original(self, quantity, **values), "sequence": 77}

        original = SaleOrderLine._prepare_rma_line_values
        ticket = self._ticket(self.order)
        with patch.object(SaleOrderLine, "_prepare_rma_line_values", prepare):
            self._return_window(ticket).action_create()
        self.assertEqual(ticket.rma_ids.sudo().line_ids.mapped("sequence"), [77, 77])


@tagged("post_install", "-at_install")
class TestReturnWindow(HelpdeskCase):
    """H5: serial numbers, reasons and resolutions by item, and the carrier's label, by an agent with no other right."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone = cls._create_product("Phone", 500.0, tracking="serial")
        cls.paint = cls._create_product("Paint", 20.0, tracking="lot")
        cls.serials = cls.env["stock.lot"].create([{"name": n, "product_id": cls.phone.id} for n in ("S1", "S2", "S3")])
        cls.batches = cls.env["stock.lot"].create([{"name": n, "product_id": cls.paint.id} for n in ("B1", "B2")])
        for lot, quantity in (*((serial, 1) for serial in cls.serials), (cls.batches[0], 3), (cls.batches[1], 2)):
            cls.env["stock.quant"]._update_available_quantity(lot.product_id, cls.stock, quantity, lot_id=lot)
        cls.order = cls._sell_and_invoice((cls.phone, 2), (cls.paint, 4), (cls.chair, 5))
        cls.delivery = cls.order.picking_ids
        cls.sent = cls.delivery.move_line_ids.lot_id & cls.serials
        cls.wrong = cls.env["rma.return.reason"].create({"name": "Wrong item", "operation_type_id": cls.replace.id})

    def _window(self, **values):
        window = self._open(self._ticket(self.order, **values), "action_return")
        window.reason_id = self.reason
        return window, {line.product_id: line for line in window.line_ids}

    def test_items_have_reasons_resolutions_and_numbers_of_their_own(self):
        window, lines = self._window()
        self.assertEqual(lines[self.phone].allowed_lot_ids, self.sent)
        with Form(window) as form:
            for row, line in enumerate(window.line_ids):
                with form.line_ids.edit(row) as item:
                    self.assertEqual((item.reason_id, item.operation_type_id), (self.reason, self.refund))
                    if line.product_id == self.phone:
                        item.lot_ids = self.sent[1]
                        self.assertEqual(item.quantity, 1)
                        item.reason_id = self.wrong
                        self.assertEqual(item.operation_type_id, self.replace)
                    if line.product_id == self.paint:
                        item.lot_ids = self.batches[0]
                        item.quantity = 2
        window.action_create()
        names = ("product_id", "product_uom_qty", "reason_id", "operation_type_id", "lot_ids")
        self.assertRecordValues(
            window.ticket_id.rma_ids.sudo().line_ids.sorted("id"),
            [
                dict(zip(names, row, strict=True))
                for row in (
                    (self.phone.id, 1, self.wrong.id, self.replace.id, self.sent[1].ids),
                    (self.paint.id, 2, self.reason.id, self.refund.id, self.batches[0].ids),
                    (self.chair.id, 5, self.reason.id, self.refund.id, []),
                )
            ],
        )
        receipt = window.ticket_id.rma_ids.sudo().picking_ids
        self.assertEqual(receipt.move_line_ids.lot_id, self.sent[1] | self.batches[0])

    def test_reverse_transfer_expects_the_numbers_that_were_chosen(self):
        self.team.return_kind = "picking"
        window, lines = self._window()
        lines[self.chair].quantity = lines[self.paint].quantity = 0
        lines[self.phone].write({"quantity": 1, "lot_ids": [(6, 0, self.sent[1].ids)]})
        window.action_create()
        self.assertEqual(self._documents(window.ticket_id, "picking").move_line_ids.lot_id, self.sent[1])

    def test_numbers_of_others_are_refused(self):
        foreign = self.serials - self.sent
        for kind in ("rma", "picking"):
            self.team.return_kind = kind
            for product, values, sentence in (
                (self.phone, {"lot_ids": foreign.ids, "quantity": 1}, f"{foreign.name} was not delivered"),
                (self.phone, {"lot_ids": self.sent.ids, "quantity": 1}, "as many serial numbers of Phone as units"),
                (self.phone, {"lot_ids": self.sent[:1].ids, "quantity": 2}, "as many serial numbers of Phone as units"),
                (self.chair, {"lot_ids": self.sent[:1].ids, "quantity": 1}, "was not delivered"),
                (self.paint, {"lot_ids": self.batches[1].ids, "quantity": 4}, "have the numbers B2"),
            ):
                window, lines = self._window()
                lines[product].write({**values, "lot_ids": [(6, 0, values["lot_ids"])]})
                with self.subTest(kind=kind, values=values), self.assertRaisesRegex(UserError, sentence):
                    window.action_create()

    def test_rows_take_no_lot_twice(self):
        window, lines = self._window()
        paint = lines[self.paint]
        paint.write({"quantity": 1, "lot_ids": [(6, 0, self.batches[1].ids)]})
        paint.action_split()
        second = window.line_ids.filtered(lambda line: line.product_id == self.paint) - paint
        second.write({"quantity": 1, "lot_ids": [(6, 0, self.batches[1].ids)]})
        with self.assertRaisesRegex(UserError, "Only 0 .* have the numbers B2"):
            window.action_create()
        second.lot_ids = self.batches
        window.action_create()
        self.assertTrue(window.ticket_id.rma_ids)

    def test_one_product_comes_back_for_several_reasons_but_not_twice(self):
        window, lines = self._window(product_id=self.chair.id)
        lines[self.chair].quantity = 3
        self.assertEqual(lines[self.chair].action_split()["res_id"], window.id)
        again = window.line_ids.filtered(lambda line: line.product_id == self.chair) - lines[self.chair]
        self.assertEqual(again.quantity, 0)
        again.write({"reason_id": self.wrong.id, "quantity": 3})
        with self.assertRaisesRegex(UserError, "Only 5 Units of Chair"):
            window.action_create()
        again.quantity = 2
        window.action_create()
        lines = window.ticket_id.rma_ids.sudo().line_ids.sorted("id")
        self.assertEqual(lines.mapped("product_uom_qty"), [3, 2])
        self.assertEqual(lines.operation_type_id, self.refund | self.replace)

    def test_nothing_is_red_before_the_agent_begins(self):
        """A window is saved when it opens, so an empty required field would be marked as an error."""
        windows = [f"helpdesk.ticket.{name}" for name in ("refund", "return", "repair", "task")]
        for model in (*windows, "rma.coupon.wizard"):
            arch = etree.fromstring(self.env[model].with_user(self.agent).get_view(view_type="form")["arch"])
            for name in ("choice_id", "reason_id", "operation_type_id", "product_id", "project_id", "program_id"):
                for field in arch.iterfind(f".//field[@name='{name}']"):
                    self.assertFalse(field.get("required"), f"{name} of {model}")
        window, _lines = self._window()
        window.reason_id = False
        with self.assertRaisesRegex(UserError, "Choose the reason and the resolution for"):
            window.action_create()

    def test_rows_tell_nothing_of_other_customers(self):
        bea = self.env["res.partner"].create({"name": "Bea"})
        foreign = self._sell_and_invoice((self.chair, 1), partner_id=bea.id)
        window, lines = self._window()
        for values in ({"move_id": foreign.picking_ids.move_ids.id}, {"sale_line_id": foreign.order_line.id}):
            with self.assertRaises(AccessError):
                lines[self.chair].write(values)
            with self.assertRaises(AccessError):
                window.line_ids.onchange({**values, "wizard_id": window.id}, list(values), {"allowed_lot_ids": {}})

    # === The label ===

    def _label(self, attach_to=None):
        """Let the carrier of the delivery make return labels, as an addon of a carrier does."""
        service = self._create_product("Parcel", 5.0, on_hand=0, type="service", is_storable=False)
        carrier = self.env["delivery.carrier"].create({"name": "Parcels", "product_id": service.id})
        self.delivery.carrier_id = carrier

        def make(self, pickings, tracking_number=None, origin_date=None):
            for picking in pickings:
                name = f"{self.get_return_label_prefix()}-{picking.name}.pdf"
                picking.message_post(attachments=[(name, b"%PDF-1.4")])

        def can(self):
            self.can_generate_return = True

        self.startPatcher(patch.object(type(carrier), "_compute_can_generate_return", can))
        self.startPatcher(patch.object(type(carrier), "fixed_get_return_label", make, create=True))

    def _get_labels(self, ticket):
        return ticket.message_ids.attachment_ids.filtered(lambda file: file.name.startswith("LabelReturn"))

    def test_return_label_is_attached_to_the_ticket(self):
        self._label()
        for kind in ("rma", "picking"):
            self.team.return_kind = kind
            window, lines = self._window()
            for line in lines.values():
                line.write({"quantity": line.product_id == self.chair})
            self.assertTrue(window.makes_label)
            window.action_create()
            label = self._get_labels(window.ticket_id)
            self.assertEqual((len(label), label.with_user(self.agent).raw), (1, b"%PDF-1.4"))
        window, lines = self._window(product_id=self.chair.id)
        window.with_label = False
        window.action_create()
        self.assertFalse(self._get_labels(window.ticket_id))

    def test_label_that_came_with_the_delivery_is_used(self):
        self._label()
        self.delivery.carrier_id.fixed_get_return_label(self.delivery)
        window, _lines = self._window(product_id=self.chair.id)
        window.action_create()
        self.assertIn(self.delivery.name, self._get_labels(window.ticket_id).name)

    def test_no_label_where_the_carrier_makes_none_or_the_return_waits(self):
        window, _lines = self._window(product_id=self.chair.id)
        self.assertFalse(window.makes_label)
        self._label()
        self.team.approve_returns = False
        window.action_create()
        self.assertEqual(window.ticket_id.rma_ids.sudo().state, "requested")
        self.assertFalse(self._get_labels(window.ticket_id))
