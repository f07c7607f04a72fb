from unittest.mock import patch

from freezegun import freeze_time
from odoo import Command
from odoo.addons.base.models.ir_actions_report import IrActionsReport
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import RmaLoyaltyCase


@tagged("post_install", "-at_install")
class TestStoreCredit(RmaLoyaltyCase):
    """X9: a return is settled by store credit, whose balance equals the credit note."""

    # === The balance ===

    def test_balance_equals_the_credit_note(self):
        order = self._sell_and_invoice((self.chair, 3), (self.table, 1))
        rma = self._settled(order, (self.chair, 2), (self.table, 1))
        note = rma.sudo().refund_ids
        self.assertEqual((note.state, note.amount_total), ("posted", 264.5))
        self.assertEqual(self._wallet().points, 264.5)
        self.assertEqual((rma.amount_store_credit, rma.state), (264.5, "done"))
        self.assertEqual(rma.line_ids.mapped("qty_store_credit"), [2, 1])
        self.assertEqual(rma.line_ids.mapped("qty_refunded"), [0, 0])

    def test_several_taxes_and_discounts_are_in_the_balance_to_the_cent(self):
        other = self.env["account.tax"].create({"name": "7.7%", "amount": 7.7, "type_tax_use": "sale"})
        lamp = self._create_product("Lamp", 33.33, taxes_id=[Command.set((self.tax | other).ids)])
        order = self._sell_and_invoice((lamp, {"product_uom_qty": 3, "discount": 7}), (self.chair, 1))
        first = self._settled(order, (lamp, 1), (self.chair, 1))
        self.assertEqual(self._wallet().points, first.sudo().refund_ids.amount_total)
        self._settled(order, (lamp, 2))
        self.assertAlmostEqual(
            self._wallet().points,
            order.invoice_ids.filtered(lambda move: move.move_type == "out_invoice").amount_total,
            2,
        )

    def test_second_return_fills_the_same_wallet(self):
        order = self._sell_and_invoice((self.chair, 3))
        self._settled(order, (self.chair, 1))
        self._settled(order, (self.chair, 2))
        self.assertEqual((len(self._wallet()), self._wallet().points), (1, 138))

    def test_expired_wallet_is_not_filled(self):
        expired = self.env["loyalty.card"].create(
            {"program_id": self.wallets.id, "partner_id": self.customer.id, "expiration_date": "2020-01-01"}
        )
        rma = self._settled(self._sell_and_invoice((self.chair, 1)), (self.chair, 1))
        self.assertEqual((expired.points, rma.sudo().store_credit_card_ids.points), (0, 46))

    def test_last_day_of_a_wallet_is_that_of_the_company(self):
        self.company.partner_id.tz = "America/Los_Angeles"
        wallet = self.env["loyalty.card"].create(
            {"program_id": self.wallets.id, "partner_id": self.customer.id, "expiration_date": "2026-11-30"}
        )
        rmas = [
            self._return(self._sell_and_invoice((self.chair, 1)), (self.chair, 1, self.store_credit)) for _n in range(2)
        ]
        for now, filled, rma in zip(("2026-12-01 07:30:00", "2026-12-01 08:30:00"), (True, False), rmas, strict=True):
            with freeze_time(now):
                rma.with_context(tz="Asia/Tehran").action_settle()
            self.assertEqual(rma.sudo().store_credit_card_ids == wallet, filled, now)

    def test_settling_twice_gives_once(self):
        rma = self._settled(self._sell_and_invoice((self.chair, 3)), (self.chair, 2))
        rma.action_settle()
        self.assertEqual((self._wallet().points, len(rma.sudo().refund_ids)), (92, 1))
        self.assertEqual(rma.line_ids.qty_to_settle, 0)

    def test_card_tells_where_the_credit_came_from(self):
        rma = self._settled(self._sell_and_invoice((self.chair, 3)), (self.chair, 2))
        history = self._wallet().history_ids
        self.assertIn(rma.sudo().refund_ids.name, history.description)
        self.assertEqual((history.issued, history._get_order_description()), (92, rma.name))
        kinds = self.env["rma.history"].search([("order_id", "=", rma.id)]).mapped("kind")
        self.assertIn("store_credit", kinds)
        self.assertNotIn("refunded", kinds)

    def test_fee_of_the_reason_lowers_the_balance(self):
        self.reason.write({"fee_type": "percent", "fee_percent": 10})
        rma = self._settled(self._sell_and_invoice((self.chair, 1)), (self.chair, 1))
        self.assertEqual(self._wallet().points, rma.sudo().refund_ids.amount_total)
        self.assertLess(self._wallet().points, 46)

    def test_order_is_right_after_store_credit(self):
        order = self._sell_and_invoice((self.chair, 3))
        self._settled(order, (self.chair, 2))
        line = order.order_line
        self.assertEqual((line.qty_delivered, line.qty_invoiced, line.qty_to_invoice), (1, 1, 0))
        self.assertEqual((order.invoice_status, line.qty_returnable), ("invoiced", 1))

    def test_order_invoiced_as_ordered_is_right_too(self):
        desk = self._create_product("Desk", 80.0, invoice_policy="order")
        order = self._sell_and_invoice((desk, 2))
        self._settled(order, (desk, 1))
        line = order.order_line
        self.assertEqual((line.product_uom_qty, line.qty_invoiced, order.invoice_status), (1, 1, "invoiced"))

    def test_uninvoiced_product_gives_nothing_and_closes(self):
        order = self._sell((self.chair, 2))
        self._deliver(order)
        rma = self._settled(order, (self.chair, 2))
        self.assertFalse(rma.sudo().refund_ids)
        self.assertFalse(self._wallet())
        self.assertEqual((rma.line_ids.qty_uninvoiced, rma.line_ids.qty_to_settle, rma.state), (2, 0, "done"))

    def test_partly_invoiced_product_gives_what_was_invoiced(self):
        order = self._sell((self.chair, 2))
        self._deliver(order, {self.chair: 1})
        self._invoice(order)
        self._deliver(order)
        rma = self._return(order, (self.chair, 2, self.refund))
        self._process(rma, (self.chair, {"qty_refund": 0, "qty_store_credit": 2}))
        self.assertEqual(self._wallet().points, 46)
        line = rma.line_ids
        self.assertEqual((line.qty_store_credit, line.qty_uninvoiced, line.qty_to_settle, rma.state), (1, 1, 0, "done"))

    # === Where it goes ===

    def test_operation_chooses_the_program(self):
        vip = self._create_program("VIP Wallet", "ewallet")
        self.store_credit.store_credit_program_id = vip
        self._settled(self._sell_and_invoice((self.chair, 1)), (self.chair, 1))
        self.assertEqual((self._wallet(vip).points, len(self._wallet())), (46, 0))

    def test_wallet_program_is_made_where_there_is_none(self):
        self.wallets.active = False
        rma = self._settled(self._sell_and_invoice((self.chair, 1)), (self.chair, 1))
        card = rma.sudo().store_credit_card_ids
        self.assertEqual((card.program_id.program_type, card.points, card.partner_id), ("ewallet", 46, self.customer))
        self.assertFalse(card.program_id.trigger_product_ids)

    def test_gift_card_is_made_for_each_credit_note(self):
        gifts = self._create_program("Gift Cards", "gift_card")
        self.store_credit.store_credit_program_id = gifts
        order = self._sell_and_invoice((self.chair, 3))
        first, second = self._settled(order, (self.chair, 1)), self._settled(order, (self.chair, 2))
        cards = self._wallet(gifts)
        self.assertEqual((len(cards), set(cards.mapped("points"))), (2, {46, 92}))
        self.assertEqual((first.sudo().loyalty_card_ids.points, second.sudo().loyalty_card_ids.points), (46, 92))

    def test_customer_is_told_the_code_of_a_gift_card_with_its_amount(self):
        gifts = self._create_program("Gift Cards", "gift_card")
        self.store_credit.store_credit_program_id = gifts
        mail = self._get_card_mail(gifts)
        self.assertEqual(len(mail), 1)
        card = self._wallet(gifts)
        self.assertIn(card.code, mail.body_html)
        self.assertIn("46.00", mail.body_html)

    def _get_card_mail(self, gifts):
        """Settle a return, let the job tell the customer, and find the mail about the gift card."""
        with patch.object(IrActionsReport, "_render_qweb_pdf") as render:
            self._settled(self._sell_and_invoice((self.chair, 1)), (self.chair, 1))
            self.cr.flush()
            self.assertFalse(render.called, "settling renders nothing")
        self._run_announcements()
        self._run_announcements()
        return self.env["mail.mail"].search([("model", "=", "loyalty.card"), ("res_id", "=", self._wallet(gifts).id)])

    @mute_logger("odoo.addons.rma_management.models.notification.rma_announcement")
    def test_gift_card_is_mailed_without_its_pdf_where_there_is_none(self):
        gifts = self._create_program("Gift Cards", "gift_card")
        self.store_credit.store_credit_program_id = gifts
        with patch.object(IrActionsReport, "_pre_render_qweb_pdf", side_effect=UserError("No wkhtmltopdf")):
            mail = self._get_card_mail(gifts)
        self.assertEqual(len(mail), 1)
        self.assertIn(self._wallet(gifts).code, mail.body_html)
        activities = self._wallet(gifts).rma_id.activity_ids
        self.assertTrue(activities.filtered(lambda activity: "gift card" in (activity.summary or "")))

    def test_program_that_holds_no_money_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "cannot hold store credit"):
            self.store_credit.store_credit_program_id = self.coupons

    def _sell_in_euro(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "company_id": self.company.id, "name": "2020-01-01", "rate": 0.8}
        )
        pricelist = self.env["product.pricelist"].create({"name": "Euro", "currency_id": euro.id})
        order = self._sell_and_invoice((self.chair, 3), pricelist_id=pricelist.id)
        self.assertEqual(order.currency_id, euro)
        return order, euro

    def test_other_currency_gets_a_wallet_of_its_own(self):
        order, euro = self._sell_in_euro()
        rma = self._settled(order, (self.chair, 2))
        note = rma.sudo().refund_ids
        card = rma.sudo().store_credit_card_ids
        self.assertEqual((card.currency_id, card.points), (euro, note.amount_total))
        self.assertEqual((note.amount_residual, note.payment_state), (0, "paid"))

    def test_program_in_another_currency_is_refused(self):
        self.store_credit.store_credit_program_id = self.wallets
        order, _euro = self._sell_in_euro()
        rma = self._return(order, (self.chair, 2, self.store_credit))
        with self.assertRaisesRegex(UserError, "is in EUR, but Wallet is in"):
            rma.action_settle()

    # === Deciding on the process screen ===

    def test_process_screen_plans_store_credit(self):
        rma = self._return(self._sell_and_invoice((self.chair, 3)), (self.chair, 2, self.store_credit))
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        self.assertEqual((wizard.decision_ids.resolution, wizard.decision_ids.quantity), ("store_credit", 2))
        self.assertEqual(wizard.amount_total_refund, 92)
        wizard.action_complete()
        self.assertEqual(self._wallet().points, 92)

    def test_part_is_refunded_and_part_is_store_credit(self):
        order = self._sell_and_invoice((self.chair, 3))
        rma = self._return(order, (self.chair, 3, self.refund))
        self._process(rma, (self.chair, {"qty_refund": 1, "qty_store_credit": 2}))
        self.assertEqual(sorted(rma.sudo().refund_ids.mapped("amount_total")), [46, 92])
        line = rma.line_ids
        self.assertEqual((line.qty_refunded, line.qty_store_credit, line.qty_to_settle, rma.state), (1, 2, 0, "done"))
        self.assertEqual((self._wallet().points, order.order_line.qty_invoiced), (92, 0))

    def test_adjustment_goes_with_the_store_credit(self):
        rma = self._return(self._sell_and_invoice((self.chair, 3)), (self.chair, 2, self.store_credit))
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        wizard.refund_adjustment = -10
        total = wizard.amount_total_refund
        wizard.action_complete()
        self.assertEqual((self._wallet().points, rma.sudo().refund_ids.amount_total), (total, total))

    def test_fee_is_kept_once_where_part_is_refunded(self):
        rma = self._return(self._sell_and_invoice((self.chair, 3)), (self.chair, 3, self.store_credit))
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        wizard.line_ids._set_decision("store_credit", 2)
        wizard.line_ids.qty_refund = 1
        wizard.refund_fee = 10
        total = wizard.amount_total_refund
        wizard.action_complete()
        self.assertEqual(sum(rma.sudo().refund_ids.mapped("amount_total")), total)
        self.assertEqual(self._wallet().points, 92)

    def test_screen_does_not_settle_more_than_arrived(self):
        rma = self._return(self._sell_and_invoice((self.chair, 3)), (self.chair, 2, self.refund))
        with self.assertRaisesRegex(UserError, "only 2 Units are left"):
            self._process(rma, (self.chair, {"qty_refund": 1, "qty_store_credit": 2}))

    def test_unpaid_invoice_is_pointed_out(self):
        order = self._sell_and_invoice((self.chair, 3))
        rma = self._return(order, (self.chair, 1, self.store_credit))
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        self.assertIn("still owes", wizard.warning)
        self._pay(order.invoice_ids)
        wizard.invalidate_recordset()
        self.assertFalse(self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id}).warning)

    def test_operation_settles_by_itself_when_goods_arrive(self):
        self.store_credit.auto_settle = True
        rma = self._return(self._sell_and_invoice((self.chair, 3)), (self.chair, 2, self.store_credit))
        self.assertEqual((self._wallet().points, rma.state), (92, "done"))

    # === Many at once ===

    def test_batch_needs_few_queries_a_return(self):
        def count(number):
            customers = self.env["res.partner"].create([{"name": f"Customer {index}"} for index in range(number)])
            orders = [self._sell_and_invoice((self.chair, 1), partner_id=customer.id) for customer in customers]
            rmas = (
                self.env["rma.order"]
                .union(*(self._return(order, (self.chair, 1, self.store_credit)) for order in orders))
                .with_user(self.rma_all)
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            rmas.action_settle()
            self.env.flush_all()
            self.assertEqual(set(rmas.mapped("amount_store_credit")), {46})
            return self.env.cr.sql_log_count - before

        count(2)
        few, many = count(4), count(14)
        self.assertLess((many - few) / 10, 32)
