from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestSealed(RmaCase):
    """What a document says about a return is money: who works with the document does not change it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 10), (cls.table, 10))
        cls.seller = new_test_user(cls.env, "rma_seller", "sales_team.group_sale_salesman_all_leads")
        cls.accountant = new_test_user(cls.env, "rma_accountant", "account.group_account_invoice")

    def _assert_sealed(self, operation):
        with self.assertRaisesRegex(AccessError, "cannot be set by hand"), self.env.cr.savepoint():
            operation()

    def _get_foreign_receipt(self):
        """Receive the same product of somebody else, without a return."""
        delivery = self._sell_and_invoice((self.chair, 5)).picking_ids
        wizard = self.env["stock.return.picking"].create({"picking_id": delivery.id})
        wizard.product_return_moves.quantity = 5
        receipt = wizard._create_return()
        self._validate(receipt)
        return receipt.move_ids

    # === Attacks ===

    def test_goods_of_somebody_else_do_not_count_as_received(self):
        rma = self._approve(self._ask(self.order, (self.chair, 3, self.refund)))
        move = self._get_foreign_receipt().with_user(self.stock_user)
        link = {"rma_line_id": rma.line_ids.id, "rma_role": "receipt"}
        self._assert_sealed(lambda: move.write(link))
        self._assert_sealed(lambda: move.picking_id.write({"move_ids": [Command.update(move.id, link)]}))
        self.assertFalse(rma.line_ids.qty_received)

    def test_receipt_is_not_untied_to_be_refunded_twice(self):
        rma = self._return(self.order, (self.chair, 3, self.refund))
        move = rma.sudo().line_ids.move_ids.with_user(self.stock_user)
        for values in ({"rma_line_id": False}, {"rma_role": False}, {"rma_role": "scrap"}):
            self._assert_sealed(lambda values=values: move.write(values))
        self.assertEqual(rma.line_ids.qty_received, 3)

    def test_goods_that_go_elsewhere_are_not_received(self):
        rma = self._approve(self._ask(self.order, (self.chair, 3, self.refund)))
        receipt = rma.sudo().picking_ids.with_user(self.stock_user)
        lost = self.env["stock.location"].search([("usage", "=", "inventory")], limit=1)
        receipt.action_assign()
        for place in lost | receipt.location_id | self.env.ref("stock.stock_location_suppliers"):
            for record in receipt.move_line_ids, receipt.move_ids, receipt:
                with self.subTest(place=place.name, model=record._name), self.env.cr.savepoint() as savepoint:
                    record.location_dest_id = place
                    with self.assertRaisesRegex(UserError, "would not arrive"):
                        self._validate(receipt)
                    savepoint.rollback()
                    self.env.invalidate_all()
        self.assertFalse(rma.line_ids.qty_received)
        receipt.move_line_ids.location_dest_id = self.stock
        self._validate(receipt)
        self.assertEqual(rma.line_ids.qty_received, 3)

    def _prepare_move(self, **values):
        supplier, stock = self.env.ref("stock.stock_location_suppliers"), self.warehouse.lot_stock_id
        return {
            "product_id": self.chair.id,
            "product_uom_qty": 3,
            "location_id": supplier.id,
            "location_dest_id": stock.id,
            **values,
        }

    def test_new_move_is_no_receipt_of_a_return(self):
        rma = self._approve(self._ask(self.order, (self.chair, 3, self.refund)))
        moves = self.env["stock.move"].with_user(self.stock_user)
        link = {"rma_line_id": rma.line_ids.id, "rma_role": "receipt"}
        self._assert_sealed(lambda: moves.create(self._prepare_move(**link)))
        picking = self._get_foreign_receipt().picking_id.with_user(self.stock_user)
        self._assert_sealed(lambda: picking.copy({"move_ids": [Command.create(self._prepare_move(**link))]}))
        self._assert_sealed(lambda: picking.move_ids.copy(link))
        result = moves.load(
            ["product_id/.id", "product_uom_qty", "location_id/.id", "location_dest_id/.id", "rma_line_id/.id"],
            [[str(value) for value in (*self._prepare_move().values(), rma.line_ids.id)]],
        )
        self.assertFalse(result["ids"])

    def test_defaults_tie_no_document(self):
        rma = self._approve(self._ask(self.order, (self.chair, 3, self.refund)))
        line = rma.line_ids
        defaults = self.env["ir.default"].with_user(self.stock_user)
        defaults.set("stock.move", "rma_role", "receipt", user_id=True)
        moves = self.env["stock.move"].with_user(self.stock_user)
        move = moves.with_context(default_rma_line_id=line.id, default_rma_role="receipt").create(self._prepare_move())
        self.assertFalse(move.rma_line_id or move.rma_role)
        picking = self._get_foreign_receipt().picking_id.with_user(self.stock_user)
        copy = picking.with_context(default_rma_id=rma.id, default_rma_line_id=line.id).copy()
        self.assertFalse(copy.rma_id or copy.move_ids.rma_line_id)

    def test_transfer_does_not_change_its_return(self):
        rma = self._return(self.order, (self.chair, 3, self.refund))
        other = self._get_foreign_receipt().picking_id.with_user(self.stock_user)
        self._assert_sealed(lambda: other.write({"rma_id": rma.id}))
        self._assert_sealed(lambda: rma.sudo().picking_ids.with_user(self.stock_user).write({"rma_id": False}))

    def test_scrap_is_none_of_a_return(self):
        rma = self._return(self.order, (self.chair, 3, self.refund))
        values = {"product_id": self.chair.id, "scrap_qty": 1, "rma_line_id": rma.line_ids.id}
        self._assert_sealed(lambda: self.env["stock.scrap"].with_user(self.stock_user).create(values))

    def test_seller_ties_no_line_to_a_return(self):
        rma = self._return(self.order, (self.chair, 3, self.replace))
        rma.action_settle()
        sold = rma.sudo().line_ids.replacement_line_ids.with_user(self.seller)
        other = self._sell((self.chair, 3)).order_line.with_user(self.seller)
        link = {"rma_line_id": rma.line_ids.id}
        self._assert_sealed(lambda: other.write(link))
        self._assert_sealed(lambda: other.order_id.write({"order_line": [Command.update(other.id, link)]}))
        self._assert_sealed(lambda: other.write({"rma_settlement_id": rma.sudo().settlement_ids[:1].id}))
        line = {"product_id": self.chair.id, "order_id": other.order_id.id}
        self._assert_sealed(lambda: other.create({**line, **link}))
        made = other.with_context(default_rma_line_id=rma.line_ids.id).create(line)
        self.assertFalse(made.rma_line_id)
        for values in {"rma_line_id": False}, {"rma_settlement_id": False}:
            if sold:
                self._assert_sealed(lambda values=values: sold.write(values))

    def test_accountant_unties_no_credit_note(self):
        rma = self._return(self.order, (self.chair, 3, self.refund))
        rma.action_settle()
        note = rma.sudo().refund_ids.with_user(self.accountant)
        line = note.invoice_line_ids.filtered("rma_line_id")
        self.assertEqual(rma.line_ids.qty_refunded, 3)
        self._assert_sealed(lambda: note.write({"rma_id": False}))
        self._assert_sealed(lambda: line.write({"rma_line_id": False}))
        self._assert_sealed(lambda: line.write({"rma_settlement_id": False}))
        self._assert_sealed(lambda: note.write({"invoice_line_ids": [Command.update(line.id, {"rma_line_id": False})]}))
        invoice = self.order.invoice_ids.filtered(lambda move: move.move_type == "out_invoice")
        self._assert_sealed(lambda: invoice.with_user(self.accountant).write({"rma_id": rma.id}))
        self._assert_sealed(
            lambda: invoice.invoice_line_ids[:1].with_user(self.accountant).write({"rma_lowering_id": line.id})
        )
        values = {"move_type": "out_refund", "partner_id": self.customer.id}
        self._assert_sealed(lambda: note.create({**values, "rma_id": rma.id}))
        made = note.with_context(default_rma_id=rma.id).create(values)
        self.assertFalse(made.rma_id)
        self.assertEqual(rma.line_ids.qty_refunded, 3)

    def test_repair_of_something_else_is_none_of_a_return(self):
        rma = self._return(self.order, (self.chair, 1, self.repair))
        rma.action_settle()
        repair = rma.sudo().line_ids.repair_ids.with_user(self.stock_user)
        self.assertTrue(repair)
        self._assert_sealed(lambda: repair.write({"rma_line_id": False}))
        self._assert_sealed(lambda: repair.write({"rma_settlement_id": False}))
        values = {"product_id": self.chair.id, "picking_type_id": repair.picking_type_id.id}
        self._assert_sealed(lambda: repair.create({**values, "rma_line_id": rma.line_ids.id}))
        made = repair.with_context(default_rma_line_id=rma.line_ids.id).create(values)
        self.assertFalse(made.rma_line_id)

    def test_every_link_to_a_return_is_sealed(self):
        """Read from the registry, so that a new link is attacked by itself."""
        models = ["stock.move", "stock.picking", "stock.scrap", "repair.order", "sale.order", "sale.order.line"]
        for name in [*models, "account.move", "account.move.line", "loyalty.card", "loyalty.history"]:
            if name not in self.env:
                continue
            links = {
                field.name
                for field in self.env[name]._fields.values()
                if field.store
                and field.type not in ("one2many", "many2many")
                and (field.name.startswith("rma_") or (field.comodel_name or "").startswith("rma."))
                # What a returns manager notes about an order is no link.
                and not (field.groups == "rma_management.group_rma_manager" and not field.relational)
            }
            with self.subTest(model=name):
                self.assertLessEqual(links, self.env[name]._get_sealed_fields())

    # === What goes on ===

    def test_transfers_are_split_under_the_rights_of_who_ships(self):
        rma = self._approve(self._ask(self.order, (self.chair, 5, self.refund)))
        self._receive(rma, {self.chair: 2})
        moves = rma.sudo().line_ids.move_ids.with_user(self.stock_user)
        self.assertEqual(moves.mapped("rma_role"), ["receipt"] * 2)
        self.assertEqual(moves.picking_id.rma_id, rma)
        self.assertEqual(rma.line_ids.qty_received, 2)
        waiting = moves.filtered(lambda move: move.state != "done")
        half = moves.create(waiting._split(1))
        self.assertEqual((half.rma_line_id, half.rma_role, half.create_uid), (rma.line_ids, "receipt", self.stock_user))
        half._action_confirm(merge=False)
        half.picking_id = False
        half._assign_picking()
        self.assertEqual(half.picking_id.rma_id, rma)

    def test_scrap_of_a_return_is_validated_by_the_warehouse(self):
        rma = self._return(self.order, (self.chair, 3, self.refund))
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.chair.id,
                "scrap_qty": 1,
                "location_id": self.warehouse.rma_location_id.id,
                "rma_line_id": rma.line_ids.id,
            }
        )
        scrap.with_user(self.stock_user).action_validate()
        self.assertEqual((scrap.move_ids.rma_line_id, scrap.move_ids.rma_role), (rma.line_ids, "scrap"))

    def test_unchanged_links_are_saved(self):
        rma = self._return(self.order, (self.chair, 3, self.refund))
        move = rma.sudo().line_ids.move_ids.with_user(self.stock_user)
        values = {"rma_line_id": rma.line_ids.id, "rma_role": "receipt", "rma_repair_id": False}
        move.write({**values, "description_picking": "Blue"})
        self.assertEqual(move.description_picking, "Blue")
