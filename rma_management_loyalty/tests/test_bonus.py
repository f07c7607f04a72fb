import uuid

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2.errors import CheckViolation

from .common import RmaLoyaltyCase


@tagged("post_install", "-at_install")
class TestBonus(RmaLoyaltyCase):
    """X4, X9: the return policy rewards who chooses store credit; cards, notes and the ledger agree to the cent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["rma.policy.rule"].search([]).active = False
        cls.rule = cls._reward(10.0)
        cls.account = cls.env["account.account"].create(
            {"name": "Bonuses", "code": "RMABONUS", "account_type": "expense"}
        )
        cls.credit_account = cls.env["account.account"].create(
            {"name": "Store credit", "code": "RMACREDIT", "account_type": "liability_current"}
        )
        cls.company.rma_bonus_account_id = cls.account
        cls.company.rma_store_credit_account_id = cls.credit_account

    @classmethod
    def _reward(cls, percent, **values):
        return (
            cls.env["rma.policy.rule"]
            .with_user(cls.rma_manager)
            .create({"name": f"{percent:g} % on store credit", "is_on": True, "bonus_percent": percent, **values})
        )

    def _balance(self, account):
        return sum(
            self.env["account.move.line"]
            .search([("account_id", "=", account.id), ("parent_state", "=", "posted")])
            .mapped("balance")
        )

    def test_card_is_worth_the_credit_note_and_the_bonus(self):
        rma = self._settled(self._sell_and_invoice((self.chair, 3)), (self.chair, 2))
        note = rma.sudo().refund_ids
        self.assertEqual((note.amount_total, note.rma_store_credit_points, note.rma_bonus_points), (92, 92, 9.2))
        self.assertAlmostEqual(self._wallet().points, 101.2)
        history = self._wallet().history_ids
        self.assertEqual(sorted(history.mapped("issued")), [9.2, 92])
        self.assertIn(f"Bonus: {note.name}", history.mapped("description"))
        self.assertAlmostEqual(self._balance(self.credit_account), -101.2)
        self.assertAlmostEqual(self._balance(self.account), 9.2)
        self.assertEqual((rma.amount_store_credit, rma.amount_bonus, rma.state), (92, 9.2, "done"))
        self.assertIn(("Bonus on your store credit:", 9.2), rma._get_money_told())

    def test_settling_again_gives_no_second_bonus(self):
        rma = self._settled(self._sell_and_invoice((self.chair, 3)), (self.chair, 2))
        rma.action_settle()
        self.assertAlmostEqual(self._wallet().points, 101.2)

    def test_bonus_is_taken_back_with_the_credit(self):
        rma = self._settled(self._sell_and_invoice((self.chair, 3)), (self.chair, 2))
        note = rma.sudo().refund_ids
        note.button_draft()
        self.assertAlmostEqual(self._wallet().points, 0)
        self.assertAlmostEqual(self._balance(self.credit_account), 0)
        self.assertAlmostEqual(self._balance(self.account), 0)
        self.assertEqual(rma.amount_bonus, 0)
        note.action_post()
        self.assertAlmostEqual(self._wallet().points, 101.2)

    def test_who_spent_of_the_bonus_keeps_the_credit_note(self):
        rma = self._settled(self._sell_and_invoice((self.chair, 3)), (self.chair, 2))
        self._wallet().points = 95
        with self.assertRaisesRegex(UserError, "was spent"):
            rma.sudo().refund_ids.button_draft()

    def test_each_item_has_the_bonus_of_its_rule(self):
        self.rule.active = False
        self._reward(20.0, product_ids=[(6, 0, self.table.ids)], sequence=1)
        order = self._sell_and_invoice((self.chair, 1), (self.table, 1))
        rma = self._settled(order, (self.chair, 1), (self.table, 1))
        table = rma.sudo().refund_ids.invoice_line_ids.filtered(lambda line: line.product_id == self.table)
        self.assertAlmostEqual(rma.sudo().refund_ids.rma_bonus_points, table.price_total * 0.2)

    def test_bonus_is_of_what_is_left_after_the_fee(self):
        self.reason.write({"fee_type": "percent", "fee_percent": 50.0})
        self.store_credit.charge_fee = True
        rma = self._settled(self._sell_and_invoice((self.chair, 1)), (self.chair, 1))
        note = rma.sudo().refund_ids
        self.assertLess(note.amount_total, 46)
        self.assertAlmostEqual(note.rma_bonus_points, self.company.currency_id.round(note.amount_total * 0.1))

    def test_refund_has_no_bonus(self):
        rma = self._settled(self._sell_and_invoice((self.chair, 1)), (self.chair, 1, self.refund))
        self.assertFalse(rma.sudo().refund_ids.rma_bonus_points)
        self.assertFalse(self._wallet())

    def test_rule_that_is_changed_later_changes_no_bonus_that_was_promised(self):
        rma = self._return(self._sell_and_invoice((self.chair, 1)), (self.chair, 1, self.store_credit))
        self.rule.bonus_percent = 50.0
        rma.action_settle()
        self.assertAlmostEqual(rma.sudo().refund_ids.rma_bonus_points, 4.6)

    def test_customer_reads_the_bonus_before_asking_and_in_the_policy(self):
        order = self._sell_and_invoice((self.chair, 1))
        request = self.env["rma.request"].sudo()._start(str(uuid.uuid4()), order, {order.order_line: 1}, self.customer)
        (line,) = request.line_ids
        offers = {offer["operation"]: offer["sentences"] for offer in request._get_offers()[line]}
        self.assertRegex(offers[self.store_credit][0], r"50\.60 as store credit: .*46\.00 and a bonus of .*4\.60")
        self.assertIn("46.00", offers[self.refund][0])
        self.assertIn("Store credit bonus: 10 %", self.rule._get_public_decisions())

    def test_nobody_gives_a_bonus_by_hand(self):
        rma = self._settled(self._sell_and_invoice((self.chair, 1)), (self.chair, 1))
        note = rma.sudo().refund_ids.sudo(False)
        accountant = new_test_user(self.env, "bonus_accountant", "account.group_account_manager")
        for values in ({"rma_bonus_points": 100.0}, {"rma_store_credit_points": 100.0}):
            with self.assertRaises(AccessError):
                note.with_user(accountant).write(values)
        with self.assertRaises(AccessError):
            self.rule.with_user(self.rma_all).bonus_percent = 90.0

    def test_bonus_is_a_percentage(self):
        for percent in (-1.0, 101.0):
            with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.rule.sudo().bonus_percent = percent
