from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ..refund.common_refund import RefundCase


@tagged("post_install", "-at_install")
class TestExchangeSettled(RefundCase):
    """X8: dearer is paid before it ships, cheaper is paid back, equal is nothing. 15 % taxes: 549 is 631.35."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls._create_product("Desk", 549.0)
        cls.dear = cls._create_product("Desk, oak", 649.0)
        cls.cheap = cls._create_product("Desk, small", 119.8)
        cls.equal = cls._create_product("Desk, left", 549.0)
        cls.exchange = cls.replace.copy({"name": "Exchange", "post_credit_note": True})
        cls.on_account = cls.exchange.copy({"name": "Exchange on account", "exchange_delivery": "ship"})
        cls.customer.property_payment_term_id = False
        cls.order = cls._sell_and_invoice((cls.desk, 3))
        cls._pay(cls.order.invoice_ids)
        cls.accountant = new_test_user(
            cls.env,
            "rma_accountant",
            "rma_management.group_rma_user,account.group_account_invoice",
            email="acc@example.com",
        )

    def _exchanged(self, product, operation=None, quantity=1):
        rma = self._return(
            self.order, (self.desk, quantity, operation or self.exchange, {"replacement_product_id": product.id})
        )
        rma.action_settle()
        return rma

    def _documents(self, rma):
        """Return order, invoice, credit note and delivery of the exchange."""
        rma = rma.sudo()
        sale = rma.replacement_sale_order_ids
        return sale, sale.invoice_ids, rma.refund_ids, sale.picking_ids

    # === Dearer ===

    def test_dearer_product_is_invoiced_and_the_credit_set_off(self):
        sale, invoice, note, _delivery = self._documents(self._exchanged(self.dear))
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.amount_total, 746.35)
        self.assertEqual(note.amount_total, 631.35)
        self.assertEqual(note.amount_residual, 0.0)
        self.assertEqual(invoice.amount_residual, 115.0)
        self.assertEqual(invoice.payment_state, "partial")
        self.assertEqual(sale.invoice_status, "invoiced")

    def test_return_says_what_is_still_to_pay(self):
        rma = self._exchanged(self.dear)
        self.assertEqual(rma.amount_exchange_due, 115.0)
        self.assertIn("115.00", rma.wait_note)
        self.assertEqual(rma.state, "processing")

    def test_dearer_product_cannot_be_shipped_before_it_is_paid(self):
        rma = self._exchanged(self.dear)
        delivery = self._documents(rma)[3].with_user(self.stock_user)
        self.assertIn("115.00", delivery.rma_wait_note)
        self.assertIn(rma.name, delivery.rma_wait_note)
        delivery.move_ids.write({"quantity": 1, "picked": True})
        with self.assertRaisesRegex(UserError, "waits: the customer still has to pay"), self.env.cr.savepoint():
            delivery.button_validate()
        with self.assertRaisesRegex(UserError, "115.00"), self.env.cr.savepoint():
            delivery._action_done()
        self.assertNotEqual(delivery.state, "done")

    def test_waiting_delivery_cannot_be_untied_by_who_ships(self):
        rma = self._exchanged(self.dear)
        delivery = self._documents(rma)[3].with_user(self.stock_user)
        move = delivery.move_ids
        stock = self.warehouse.lot_stock_id
        for record, vals in (
            (move, {"sale_line_id": False}),
            (move, {"location_dest_id": stock.id}),
            (move, {"location_final_id": stock.id}),
            (move, {"product_id": self.cheap.id}),
            (delivery, {"picking_type_id": self.warehouse.int_type_id.id}),
            (delivery, {"move_ids": [Command.update(move.id, {"sale_line_id": False})]}),
            (delivery, {"location_dest_id": stock.id}),
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError), self.env.cr.savepoint():
                record.write(vals)
        self._refuse_to_ship(delivery)

    def test_destination_of_a_reservation_does_not_end_the_wait(self):
        rma = self._exchanged(self.dear)
        delivery = self._documents(rma)[3].with_user(self.stock_user)
        delivery.action_assign()
        scrapped = self.env["stock.location"].search([("usage", "=", "inventory")], limit=1)
        supplier = self.env.ref("stock.stock_location_suppliers")
        for place in scrapped | supplier | self.warehouse.lot_stock_id:
            delivery.move_line_ids.location_dest_id = place
            self._refuse_to_ship(delivery)

    def test_half_that_is_split_off_waits_too(self):
        rma = self._exchanged(self.dear, quantity=2)
        delivery = self._documents(rma)[3].with_user(self.stock_user)
        half = delivery.move_ids.create(delivery.move_ids._split(1))
        half._action_confirm(merge=False)
        self.assertEqual(half.rma_settlement_id, delivery.move_ids.rma_settlement_id)
        other = delivery.copy({"move_ids": []})
        half.picking_id = other
        self._refuse_to_ship(other)
        for values in ({"sale_line_id": False}, {"location_dest_id": self.warehouse.lot_stock_id.id}):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                half.write(values)

    def test_copy_of_a_waiting_transfer_waits_too(self):
        rma = self._exchanged(self.dear)
        copy = self._documents(rma)[3].with_user(self.stock_user).copy()
        copy.action_confirm()
        self._refuse_to_ship(copy)

    def test_links_of_the_transfer_do_not_end_the_wait(self):
        rma = self._exchanged(self.dear)
        delivery = self._documents(rma)[3].with_user(self.stock_user)
        delivery.write({"origin": False})
        # Whoever ships may not; a program of the shop may.
        delivery.move_ids.sudo().write({"rma_line_id": False, "rma_role": False, "rma_settlement_id": False})
        self._refuse_to_ship(delivery)
        other = delivery.copy({"move_ids": []})
        delivery.move_ids.picking_id = other
        self._refuse_to_ship(other)

    def _refuse_to_ship(self, delivery):
        delivery.move_ids.write({"quantity": 1, "picked": True})
        with self.assertRaisesRegex(UserError, "waits: the customer"), self.env.cr.savepoint():
            delivery.button_validate()

    def test_moves_of_other_orders_stay_writable(self):
        move = self._sell((self.desk, 1)).picking_ids.move_ids.with_user(self.stock_user)
        move.write({"sale_line_id": False})
        self.assertFalse(move.sale_line_id)

    def test_part_of_the_difference_is_not_enough(self):
        rma = self._exchanged(self.dear)
        _sale, invoice, _note, delivery = self._documents(rma)
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids).create(
            {"amount": 114.99}
        )._create_payments()
        self.assertEqual(rma.amount_exchange_due, 0.01)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._validate(delivery.with_user(self.stock_user))

    def test_paid_difference_lets_it_go_and_the_return_is_done(self):
        rma = self._exchanged(self.dear)
        _sale, invoice, _note, delivery = self._documents(rma)
        self._pay(invoice)
        self.assertFalse(delivery.rma_wait_note)
        self.assertFalse(rma.wait_note)
        self.assertEqual(rma.state, "processing")
        self._validate(delivery.with_user(self.stock_user))
        self.assertEqual(delivery.state, "done")
        self.assertEqual(rma.state, "done")

    def test_payment_taken_back_opens_the_return_again(self):
        rma = self._exchanged(self.dear)
        _sale, invoice, _note, delivery = self._documents(rma)
        self._pay(invoice)
        self._validate(delivery)
        invoice.line_ids.matched_credit_ids.filtered(
            lambda partial: partial.credit_move_id.move_id.move_type != "out_refund"
        ).unlink()
        self.assertEqual(rma.state, "processing")

    def test_first_step_of_the_delivery_does_not_wait(self):
        self.warehouse.delivery_steps = "pick_ship"
        rma = self._exchanged(self.dear)
        picking = self._documents(rma)[3]
        self._validate(picking.with_user(self.stock_user))
        self.assertEqual(picking.state, "done")
        ship = self._documents(rma)[3] - picking
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._validate(ship.with_user(self.stock_user))

    def test_customer_gets_a_link_to_pay_on_their_page_and_by_mail(self):
        # A database that was upgraded keeps its own words.
        self.env.ref("rma_management.mail_template_rma_exchange").reset_template()
        rma = self._exchanged(self.dear).sudo()
        url = rma._get_difference_url()
        self.assertIn(f"/my/invoices/{rma.replacement_invoice_ids.id}", url)
        self.assertIn(rma.replacement_invoice_ids.access_token, url)
        self._run_announcements()
        mail = rma.message_ids.filtered(lambda message: "please pay the difference" in (message.subject or ""))
        self.assertEqual(len(mail), 1)
        self.assertIn("115.00", mail.body)
        self.assertRegex(mail.body, r'class="o_rma_mail_button" href="[^"]*/my/invoices/[^>]*>Pay Now<')
        self.assertEqual(mail.body.count('class="o_rma_mail_button"'), 1)

    def test_accountant_makes_a_payment_link_of_the_difference(self):
        rma = self._exchanged(self.dear)
        rma.sudo().user_id = self.accountant
        action = rma.with_user(self.accountant).action_payment_link()
        wizard = self.env[action["res_model"]].with_user(self.accountant).with_context(**action["context"]).create({})
        self.assertEqual(wizard.amount, 115.0)

    def test_draft_documents_wait_too(self):
        rma = self._exchanged(self.dear, self.replace)
        _sale, invoice, note, delivery = self._documents(rma)
        self.assertEqual((invoice.state, note.state), ("draft", "draft"))
        self.assertEqual(rma.amount_exchange_due, 115.0)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._validate(delivery.with_user(self.stock_user))
        self.assertEqual(rma.state, "processing")

    def test_accountant_who_posts_both_has_them_set_off(self):
        for order in ((1, 0), (0, 1)):
            rma = self._exchanged(self.dear, self.replace)
            _sale, invoice, note, _delivery = self._documents(rma)
            for position in order:
                (invoice, note)[position].with_user(self.accountant).action_post()
            self.assertEqual((invoice.amount_residual, note.amount_residual), (115.0, 0.0))

    def test_unpaid_original_invoice_is_credited_first(self):
        order = self._sell_and_invoice((self.desk, 1))
        rma = self._return(order, (self.desk, 1, self.exchange, {"replacement_product_id": self.dear.id}))
        rma.action_settle()
        original = order.invoice_ids.filtered(lambda move: move.move_type == "out_invoice")
        self.assertEqual(original.amount_residual, 0.0)
        self.assertEqual(rma.amount_exchange_due, 746.35)

    # === On account, and released ===

    def test_on_account_ships_at_once_and_is_done_when_delivered(self):
        rma = self._exchanged(self.dear, self.on_account)
        _sale, invoice, _note, delivery = self._documents(rma)
        self.assertFalse(delivery.rma_wait_note)
        self._validate(delivery.with_user(self.stock_user))
        self.assertEqual(rma.state, "done")
        self.assertEqual(invoice.amount_residual, 115.0)

    def test_returns_manager_releases_with_a_reason(self):
        rma = self._exchanged(self.dear)
        sale, _invoice, _note, delivery = self._documents(rma)
        wizard = (
            self.env["rma.release.delivery"]
            .with_user(self.rma_manager)
            .create({"rma_id": rma.id, "reason": "Pays in the shop"})
        )
        wizard.action_release()
        self.assertEqual(sale.rma_release_reason, "Pays in the shop")
        self._validate(delivery.with_user(self.stock_user))
        self.assertEqual(rma.state, "done")
        self.assertTrue(any("Pays in the shop" in message.body for message in rma.message_ids))

    def test_nobody_else_releases(self):
        rma = self._exchanged(self.dear)
        sale = self._documents(rma)[0]
        seller = new_test_user(self.env, "rma_seller", "sales_team.group_sale_manager,stock.group_stock_manager")
        for user in (self.rma_all, seller):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                rma.with_user(user).action_release_delivery("Please")
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            sale.with_user(seller).write({"rma_release_reason": "Mine"})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            rma.with_user(self.rma_manager).action_release_delivery(" ")

    def test_nobody_unties_the_order_from_its_return(self):
        rma = self._exchanged(self.dear)
        sale, _invoice, _note, delivery = self._documents(rma)
        seller = new_test_user(self.env, "rma_seller", "sales_team.group_sale_manager")
        line = sale.order_line.with_user(seller)
        for values in ({"rma_settlement_id": False}, {"rma_line_id": False}):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                line.write(values)
        self.assertTrue(delivery.rma_wait_note)

    # === Cheaper, equal, same ===

    def test_cheaper_product_ships_at_once_and_the_rest_is_paid_back(self):
        rma = self._exchanged(self.cheap)
        _sale, invoice, note, delivery = self._documents(rma)
        self.assertEqual(invoice.amount_total, 137.77)
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(note.amount_residual, 493.58)
        self._validate(delivery.with_user(self.stock_user))
        self.assertEqual(rma.state, "processing", "The customer has not got the rest yet.")
        self._pay(note)
        self.assertEqual(rma.state, "done")
        self.assertEqual(
            (rma.amount_credited, rma.amount_set_off, rma.amount_paid_back, rma.amount_to_pay_back),
            (631.35, 137.77, 493.58, 0.0),
        )

    def test_cheaper_product_need_not_wait_for_the_accountant(self):
        rma = self._exchanged(self.cheap, self.replace)
        delivery = self._documents(rma)[3]
        self._validate(delivery.with_user(self.stock_user))
        self.assertEqual(delivery.state, "done")
        self.assertEqual(rma.state, "processing")

    def test_equal_product_leaves_nothing(self):
        rma = self._exchanged(self.equal)
        _sale, invoice, note, delivery = self._documents(rma)
        self.assertEqual((invoice.amount_residual, note.amount_residual), (0.0, 0.0))
        self._validate(delivery.with_user(self.stock_user))
        self.assertEqual(rma.state, "done")

    def test_replacement_free_of_charge_needs_no_invoice(self):
        rma = self._exchanged(self._create_product("Voucher", 0.0))
        _sale, invoice, note, delivery = self._documents(rma)
        self.assertFalse(invoice)
        self._validate(delivery.with_user(self.stock_user))
        self._pay(note)
        self.assertEqual(rma.state, "done")

    def test_same_product_has_no_invoice_and_does_not_wait(self):
        rma = self._return(self.order, (self.desk, 1, self.exchange))
        rma.action_settle()
        self.assertFalse(rma.replacement_invoice_ids)
        self.assertEqual(rma.state, "done")

    def test_raised_quantity_waits_for_its_invoice(self):
        rma = self._exchanged(self.equal)
        sale, _invoice, _note, delivery = self._documents(rma)
        sale.order_line.product_uom_qty = 2
        self.assertEqual(sale.order_line.qty_to_invoice, 1)
        self.assertEqual(rma.amount_exchange_due, 631.35)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._validate(delivery.with_user(self.stock_user))

    def test_mail_says_what_was_sent_instead_and_posted_amounts(self):
        rma = self._exchanged(self.cheap)
        _sale, _invoice, note, delivery = self._documents(rma)
        self._validate(delivery)
        self._pay(note)
        template = rma.sudo().company_id.rma_mail_done_template_id
        # A database that was upgraded keeps its own words.
        template.reset_template()
        body = template._render_field("body_html", rma.ids)[rma.id]
        self.assertIn("You get in place of it", body)
        self.assertIn("Desk, small", body)
        self.assertNotIn("Credited: 1", body)
        self.assertIn("493.58", body)
        self.assertIn("137.77", body)

    # === Replacements that are canceled ===

    def _reverse(self, invoice):
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "date": self.today})
        )
        note = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        note.action_post()
        return note

    def test_canceled_replacement_gives_the_credit_back_to_the_return(self):
        rma = self._exchanged(self.dear)
        sale, invoice, note, _delivery = self._documents(rma)
        sale._action_cancel()
        self.assertEqual((note.amount_residual, invoice.amount_residual), (631.35, 746.35))
        self.assertEqual((rma.state, rma.amount_exchange_due), ("processing", 0.0))
        self.assertEqual(rma.amount_to_pay_back, 631.35)
        self.assertIn(invoice.name, rma.canceled_note)
        self.assertEqual(len(rma.activity_ids.filtered(lambda activity: invoice.name in (activity.note or ""))), 1)

    def test_return_is_not_done_before_the_invoice_of_a_canceled_replacement_is_credited(self):
        rma = self._exchanged(self.equal)
        sale, invoice, _note, _delivery = self._documents(rma)
        sale._action_cancel()
        rma.action_settle()
        again = rma.sudo().replacement_sale_order_ids - sale
        self._validate(again.picking_ids)
        self.assertEqual((again.invoice_ids.amount_residual, rma.state), (0.0, "processing"))
        self._reverse(invoice)
        self.assertEqual((invoice.amount_residual, rma.state, rma.canceled_note), (0.0, "done", False))

    def test_what_the_customer_paid_for_a_canceled_replacement_pays_for_the_next(self):
        rma = self._exchanged(self.dear)
        sale, invoice, _note, _delivery = self._documents(rma)
        self._pay(invoice)
        sale._action_cancel()
        back = self._reverse(invoice)
        self.assertEqual(back.amount_residual, 115.0)
        self.assertIn(back.name, rma.canceled_note)
        rma.action_settle()
        again = rma.sudo().replacement_sale_order_ids - sale
        self.assertEqual((again.invoice_ids.amount_residual, back.amount_residual), (0.0, 0.0))
        self._validate(again.picking_ids)
        self.assertEqual((rma.state, rma.canceled_note), ("done", False))

    def test_canceled_replacement_that_is_sold_after_all_is_set_off_again(self):
        rma = self._exchanged(self.dear)
        sale, invoice, note, _delivery = self._documents(rma)
        sale._action_cancel()
        sale.action_draft()
        sale.action_confirm()
        self.assertEqual((note.amount_residual, invoice.amount_residual), (0.0, 115.0))
        self.assertFalse(rma.canceled_note)

    def test_draft_invoice_of_a_canceled_replacement_is_canceled_with_it(self):
        rma = self._exchanged(self.dear, self.replace)
        sale, invoice, _note, _delivery = self._documents(rma)
        self.assertEqual(invoice.state, "draft")
        sale._action_cancel()
        self.assertEqual((invoice.state, rma.canceled_note, rma.state), ("cancel", False, "processing"))

    def test_screen_shows_the_difference(self):
        rma = self._return(self.order, (self.desk, 1, self.exchange, {"replacement_product_id": self.dear.id}))
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        self.assertEqual((wizard.amount_difference, wizard.amount_left), (115.0, 0.0))
        wizard.decision_ids.product_id = self.cheap
        self.assertEqual((wizard.amount_difference, wizard.amount_left), (0.0, 493.58))

    def test_a_batch_of_exchanges_is_settled_at_once(self):
        returns = self.env["rma.order"].with_user(self.rma_all)
        for product in (self.dear, self.cheap, self.equal):
            returns |= self._return(self.order, (self.desk, 1, self.exchange, {"replacement_product_id": product.id}))
        returns.action_settle()
        self.assertEqual(returns.mapped("amount_exchange_due"), [115.0, 0.0, 0.0])
        self.assertEqual(returns.mapped("amount_to_pay_back"), [0.0, 493.58, 0.0])
