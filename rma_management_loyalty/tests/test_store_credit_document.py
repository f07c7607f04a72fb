from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import RmaLoyaltyCase


@tagged("post_install", "-at_install")
class TestStoreCreditDocument(RmaLoyaltyCase):
    """X9: store credit is spent on an order, booked as what is owed, and gone with its credit note."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = new_test_user(
            cls.env, "rma_accountant", "account.group_account_manager", email="acc@example.com"
        )

    def _credited(self, quantity=2):
        order = self._sell_and_invoice((self.chair, 3))
        self._pay(order.invoice_ids)
        rma = self._settled(order, (self.chair, quantity))
        return rma, rma.sudo().refund_ids

    # === Spending ===

    def test_credit_is_spent_on_an_order(self):
        self._credited()
        order = self._order_with_store_credit(self.table)
        self.assertEqual(order.amount_total, 172.5 - 92)
        order.action_confirm()
        self.assertEqual(self._wallet().points, 0)

    def test_dearer_credit_than_order_leaves_the_rest(self):
        self._credited(3)
        order = self._order_with_store_credit(self.chair)
        order.action_confirm()
        self.assertEqual((order.amount_total, self._wallet().points), (0, 92))

    def test_gift_card_is_spent_by_its_code(self):
        gifts = self._create_program("Gift Cards", "gift_card")
        self.store_credit.store_credit_program_id = gifts
        self._credited()
        order = self._order_with_store_credit(self.table, self._wallet(gifts))
        order.action_confirm()
        self.assertEqual((order.amount_total, self._wallet(gifts).points), (172.5 - 92, 0))

    # === Books ===

    def test_credit_note_does_not_stay_open(self):
        _rma, note = self._credited()
        self.assertEqual((note.amount_residual, note.payment_state), (0, "paid"))
        entry = note.rma_store_credit_entry_id
        self.assertEqual((entry.state, entry.amount_total), ("posted", 92))

    def test_unpaid_invoice_stays_as_it_was(self):
        order = self._sell_and_invoice((self.chair, 3))
        rma = self._settled(order, (self.chair, 2))
        invoice = order.invoice_ids - rma.sudo().refund_ids
        self.assertEqual((invoice.amount_residual, rma.sudo().refund_ids.amount_residual), (138, 0))

    def test_spending_takes_from_the_account_that_giving_filled(self):
        account = self.env["account.account"].create(
            {"name": "Store Credit", "code": "29RMA", "account_type": "liability_current"}
        )
        product = self.wallets.payment_program_discount_product_id
        product.property_account_income_id = account
        self._credited()

        def balance():
            self.env.flush_all()
            return sum(self.env["account.move.line"].search([("account_id", "=", account.id)]).mapped("balance"))

        self.assertEqual(balance(), -92)
        order = self._order_with_store_credit(self.table)
        order.action_confirm()
        self._deliver(order)
        self._invoice(order)
        self.assertEqual(balance(), 0)

    def test_account_of_the_settings_holds_the_credit(self):
        account = self.env["account.account"].create(
            {"name": "Store Credit", "code": "29RMA", "account_type": "liability_current"}
        )
        self.company.rma_store_credit_account_id = account
        _rma, note = self._credited()
        lines = note.rma_store_credit_entry_id.line_ids
        self.assertEqual(lines.filtered(lambda line: line.account_id == account).balance, -92)
        self.assertEqual(lines.partner_id, self.customer)

    # === Undoing ===

    def test_reset_credit_note_takes_the_credit_back(self):
        rma, note = self._credited()
        note.with_user(self.accountant).button_draft()
        self.assertEqual((self._wallet().points, rma.amount_store_credit), (0, 0))
        history = self._wallet().history_ids
        self.assertEqual((sum(history.mapped("issued")), sum(history.mapped("used"))), (92, 92))
        self.assertFalse(note.rma_store_credit_entry_id)

    def test_entry_is_reversed_with_the_credit_note(self):
        _rma, note = self._credited()
        entry = note.rma_store_credit_entry_id
        note.with_user(self.accountant).button_draft()
        reversal = self.env["account.move"].search([("reversed_entry_id", "=", entry.id)])
        self.assertEqual((reversal.state, entry.state), ("posted", "posted"))
        self.assertEqual(sum((entry | reversal).line_ids.mapped("balance")), 0)
        owed = (entry | reversal).line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        self.assertTrue(all(owed.mapped("reconciled")))

    def test_reset_credit_note_gives_once_more_when_posted(self):
        rma, note = self._credited()
        card = note.rma_store_credit_card_id
        note.with_user(self.accountant).button_draft()
        note.with_user(self.accountant).action_post()
        self.assertEqual((self._wallet(), card.points, rma.amount_store_credit), (card, 92, 92))
        self.assertEqual((note.amount_residual, note.payment_state), (0, "paid"))

    def test_cancelled_credit_note_reopens_the_return(self):
        rma, note = self._credited()
        note.with_user(self.accountant).button_cancel()
        self.assertEqual((self._wallet().points, rma.line_ids.qty_store_credit), (0, 0))
        self.assertEqual((rma.line_ids.qty_to_settle, rma.state), (2, "processing"))
        rma.action_settle()
        self.assertEqual((self._wallet().points, rma.state), (92, "done"))

    def test_deleted_credit_note_reopens_the_return(self):
        rma, note = self._credited()
        note.with_user(self.accountant).button_draft()
        note.with_user(self.accountant).with_context(force_delete=True).unlink()
        self.assertEqual((self._wallet().points, rma.line_ids.qty_to_settle), (0, 2))

    def test_spent_credit_keeps_its_credit_note(self):
        _rma, note = self._credited()
        self._order_with_store_credit(self.table).action_confirm()
        for method in ("button_draft", "button_cancel"):
            with self.assertRaisesRegex(UserError, "was spent"):
                getattr(note.with_user(self.accountant), method)()
        self.assertEqual((note.state, note.amount_residual), ("posted", 0))

    def test_credit_that_came_back_may_be_taken(self):
        _rma, note = self._credited()
        order = self._order_with_store_credit(self.table)
        order.action_confirm()
        order._action_cancel()
        note.with_user(self.accountant).button_draft()
        self.assertEqual(self._wallet().points, 0)

    def test_entry_is_not_reset_by_itself(self):
        _rma, note = self._credited()
        with self.assertRaisesRegex(UserError, "Reset that credit note instead"):
            note.rma_store_credit_entry_id.with_user(self.accountant).button_draft()

    # === Rights ===

    def test_staff_without_other_rights_gives_store_credit(self):
        order = self._sell_and_invoice((self.chair, 3))
        rma = self._return(order, (self.chair, 1, self.store_credit))
        rma.sudo().user_id = self.rma_user
        rma.with_user(self.rma_user).action_settle()
        self.assertEqual((self._wallet().points, rma.with_user(self.rma_user).amount_store_credit), (46, 46))
        with self.assertRaises(AccessError):
            rma.with_user(self.rma_user).action_view_store_credit()

    def test_sales_people_open_the_wallet_from_the_return(self):
        rma, note = self._credited()
        both = new_test_user(
            self.env,
            "rma_sales",
            "rma_management.group_rma_all,sales_team.group_sale_salesman_all_leads",
            email="b@example.com",
        )
        action = rma.with_user(both).action_view_store_credit()
        self.assertEqual((action["res_model"], action["res_id"]), ("loyalty.card", note.rma_store_credit_card_id.id))

    def test_nobody_decides_store_credit_past_the_screen(self):
        rma = self._return(self._sell_and_invoice((self.chair, 3)), (self.chair, 1, self.refund))
        with self.assertRaises(AccessError):
            self.env["rma.settlement"].with_user(self.rma_manager).create(
                {"order_id": rma.id, "line_id": rma.line_ids.id, "resolution": "store_credit", "quantity": 1}
            )

    def test_return_waits_for_nothing_once_credit_is_given(self):
        self.company.rma_closing_rule = "done"
        rma, _note = self._credited()
        self.assertEqual(rma.state, "done")
