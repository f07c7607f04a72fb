from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import HelpdeskCase


@tagged("post_install", "-at_install")
class TestRefund(HelpdeskCase):
    """H2, H3: credit notes by an agent without rights in accounting, never above what was invoiced."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5), (cls.table, 1))
        cls.invoice = cls.order.invoice_ids

    def _pay(self, invoice):
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids).create(
            {}
        )._create_payments()

    def test_partial_refund_is_a_draft_of_what_was_entered(self):
        ticket = self._ticket(self.order)
        wizard = self._open(ticket, "action_refund")
        self.assertEqual(wizard.choice_id.sudo().invoice_id, self.invoice)
        lines = {line.sudo().move_line_id.product_id: line for line in wizard.line_ids}
        self.assertEqual((lines[self.chair].quantity, lines[self.chair].qty_invoiced), (5, 5))
        lines[self.chair].quantity = 2
        lines[self.table].quantity = 0
        wizard.action_refund()
        refund = self._documents(ticket, "refund")
        self.assertEqual(refund.state, "draft")
        self.assertEqual(refund.reversed_entry_id, self.invoice)
        self.assertEqual(refund.amount_total, 92.0)
        self.assertEqual(ticket.refund_count, 1)

    def test_window_shows_the_money(self):
        ticket = self._ticket(self.order)
        wizard = self._open(ticket, "action_refund")
        self.assertEqual((wizard.amount_left, wizard.amount_total), (402.5, 402.5))
        lines = {line.sudo().move_line_id.product_id: line for line in wizard.line_ids}
        lines[self.table].quantity = 0
        lines[self.chair].quantity = 2
        chair = lines[self.chair]
        self.assertEqual((chair.price_unit, chair.price_subtotal, chair.price_total), (40, 80, 92))
        self.assertEqual((chair.tax_names, wizard.amount_total), (self.tax.name, 92))
        wizard.action_refund()
        refund = self._documents(ticket, "refund").with_user(self.agent)
        self.assertEqual(refund.amount_total, wizard.amount_total)
        self.assertIn("2 Units Chair: ", refund.ticket_items)
        again = self._open(ticket, "action_refund")
        self.assertEqual((again.amount_left, again.amount_total), (310.5, 310.5))

    def test_full_refund_is_posted_and_settles_the_invoice(self):
        ticket = self._ticket(self.order)
        self._refund(ticket, "refund")
        refund = self._documents(ticket, "refund")
        self.assertEqual((refund.state, refund.amount_total), ("posted", self.invoice.amount_total))
        self.assertEqual(self.invoice.amount_residual, 0.0)
        self.assertEqual(self.order.order_line.mapped("qty_invoiced"), [0, 0])

    def test_full_refund_with_a_new_draft_invoice(self):
        ticket = self._ticket(self.order)
        self._refund(ticket, "modify")
        refund = self._documents(ticket, "refund")
        invoice = self.env["account.move"].search([("ticket_id", "=", ticket.id)]) - refund
        self.assertEqual((refund.state, invoice.state, invoice.move_type), ("posted", "draft", "out_invoice"))
        self.assertEqual(invoice.amount_total, self.invoice.amount_total)
        self.assertEqual(self.invoice.payment_state, "reversed")

    def test_of_a_paid_invoice_a_draft_is_made_whatever_was_chosen(self):
        self._pay(self.invoice)
        ticket = self._ticket(self.order)
        wizard = self._open(ticket, "action_refund")
        self.assertTrue(wizard.is_paid)
        for method in ("refund", "modify"):
            wizard.method = method
            self.assertEqual(wizard._get_method(self.invoice), "draft")
        wizard.action_refund()
        self.assertEqual(self._documents(ticket, "refund").state, "draft")

    def test_nothing_is_refunded_twice(self):
        ticket = self._ticket(self.order)
        first = self._open(ticket, "action_refund")
        second = self._open(ticket, "action_refund")
        first.method = second.method = "refund"
        first.action_refund()
        with self.assertRaisesRegex(UserError, "has nothing left to credit"):
            second.action_refund()
        self.assertFalse(self._open(ticket, "action_refund").invoice_ids, "no invoice is offered any more")

    def test_the_rest_of_an_invoice_is_refunded_to_the_cent(self):
        product = self._create_product("Odd", 33.33)
        order = self._sell((product, {"product_uom_qty": 3, "discount": 12.5}))
        self._deliver(order)
        invoice = self._invoice(order)
        for number in range(3):
            ticket = self._ticket(order)
            wizard = self._open(ticket, "action_refund")
            self.assertEqual(wizard.line_ids.qty_left, 3 - number)
            wizard.line_ids.quantity = 1
            wizard.action_refund()
        notes = invoice.reversal_move_ids
        self.assertEqual(len(notes), 3)
        self.assertAlmostEqual(sum(notes.mapped("amount_total")), invoice.amount_total, 2)
        for note in notes:
            note.action_post()
        self.assertEqual(invoice.amount_residual, 0.0)

    def test_full_refund_of_a_partly_credited_invoice_takes_the_rest(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        rma.action_settle()
        rma.sudo().refund_ids.action_post()
        ticket = self._ticket(self.order)
        self._refund(ticket, "refund")
        refund = self._documents(ticket, "refund")
        self.assertEqual(refund.amount_total, self.invoice.amount_total - rma.amount_refunded)
        self.assertEqual(self.invoice.amount_residual, 0.0)

    def test_partly_credited_invoice_is_not_made_anew(self):
        rma = self._return(self.order, (self.chair, 2, self.refund))
        rma.action_settle()
        with self.assertRaisesRegex(UserError, "already partly credited"):
            self._refund(self._ticket(self.order), "modify")

    def test_more_than_is_left_is_lowered_to_it(self):
        wizard = self._open(self._ticket(self.order), "action_refund")
        wizard.line_ids.write({"quantity": 1000})
        wizard.action_refund()
        self.assertEqual(self.invoice.reversal_move_ids.amount_total, self.invoice.amount_total)

    def test_a_draft_that_was_raised_by_hand_is_not_posted(self):
        ticket = self._ticket(self.order)
        self._refund(ticket)
        refund = self._documents(ticket, "refund")
        refund.invoice_line_ids[0].quantity = 50
        with self.assertRaisesRegex(UserError, "exceed the invoiced amount"):
            refund.action_post()

    def test_invoice_without_order(self):
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_line_ids": [Command.create({"name": "Advice", "quantity": 4, "price_unit": 25.0})],
            }
        )
        invoice.action_post()
        for number in range(2):
            ticket = self._ticket()
            wizard = self._open(ticket, "action_refund")
            wizard.choice_id = wizard.invoice_ids.filtered(lambda choice: choice.sudo().invoice_id == invoice)
            wizard._compute_line_ids()
            self.assertEqual(wizard.line_ids.qty_left, 4 - 3 * number)
            wizard.line_ids.quantity = 3
            wizard.action_refund()
        self.assertEqual(sum(invoice.reversal_move_ids.mapped("amount_untaxed")), 100.0)

    def test_what_an_invoice_takes_off_is_taken_off_its_refund(self):
        order = self._sell((self.chair, 2))
        advance = self.env["sale.advance.payment.inv"].with_context(active_model="sale.order", active_ids=order.ids)
        advance.create({"advance_payment_method": "percentage", "amount": 25}).create_invoices()
        order.invoice_ids.action_post()
        self._deliver(order)
        final = order._create_invoices(final=True)
        final.action_post()
        ticket = self._ticket(order)
        wizard = self._open(ticket, "action_refund")
        wizard.choice_id = wizard.invoice_ids.filtered(lambda choice: choice.sudo().invoice_id == final)
        wizard.method = "refund"
        wizard.action_refund()
        self.assertEqual(final.amount_total, 69.0)
        self.assertEqual(final.reversal_move_ids.amount_total, 69.0)
        self.assertEqual(final.amount_residual, 0.0)

    def test_invoices_are_narrowed_to_the_order_and_product_of_the_ticket(self):
        other = self._sell_and_invoice((self.chair, 1))
        lamp = self._sell_and_invoice((self._create_product("Lamp", 10.0), 1))
        everything = self._ticket()
        offered = self._open(everything, "action_refund").invoice_ids.sudo().invoice_id
        self.assertEqual(offered, (self.order | other | lamp).invoice_ids)
        chairs = self._ticket(product_id=self.chair.id)
        offered = self._open(chairs, "action_refund").invoice_ids.sudo().invoice_id
        self.assertEqual(offered, (self.order | other).invoice_ids)
        one = self._ticket(other)
        self.assertEqual(self._open(one, "action_refund").invoice_ids.sudo().invoice_id, other.invoice_ids)

    def test_invoice_of_another_customer_is_refused(self):
        bea = self.env["res.partner"].create({"name": "Bea"})
        foreign = self._sell_and_invoice((self.chair, 1), partner_id=bea.id)
        ticket = self._ticket(self.order)
        wizard = self._open(ticket, "action_refund")
        wizard.choice_id.sudo().invoice_id = foreign.invoice_ids
        with self.assertRaisesRegex(UserError, "belongs to another customer or order"):
            wizard.action_refund()
        self.assertFalse(foreign.invoice_ids.reversal_move_ids)

    def test_window_of_a_ticket_of_another_team_is_refused(self):
        ticket = self._ticket(self.order)
        window = self.env["helpdesk.ticket.refund"].with_user(self.own_agent)
        wizard = window.create({"ticket_id": self._ticket(self.order, user=self.own_agent).id})
        with self.assertRaises(AccessError):
            wizard.write({"ticket_id": ticket.id})
            wizard.action_refund()
        self.assertFalse(self.invoice.reversal_move_ids)

    def test_ticket_and_credit_note_link_to_each_other(self):
        ticket = self._ticket(self.order)
        self._refund(ticket, "refund")
        refund = self._documents(ticket, "refund")
        self.assertIn(f'data-oe-id="{refund.id}"', ticket.message_ids[0].body)
        self.assertIn(f'data-oe-id="{ticket.id}"', "".join(refund.message_ids.mapped("body")))

    def test_agent_reads_the_credit_note_its_invoice_and_no_other(self):
        ticket = self._ticket(self.order)
        other = self._sell_and_invoice((self.chair, 1)).invoice_ids
        self._refund(ticket, "refund")
        refund = self._documents(ticket, "refund").with_user(self.agent)
        self.assertEqual(refund.amount_total, self.invoice.amount_total)
        self.assertEqual(self.env["account.move"].with_user(self.agent).search([]), refund | self.invoice)
        for operation in (
            lambda: other.with_user(self.agent).read(["name"]),
            lambda: self.invoice.with_user(self.agent).write({"ref": "x"}),
            lambda: refund.write({"ref": "x"}),
            lambda: refund.button_draft(),
        ):
            with self.assertRaises(AccessError):
                operation()

    def test_agent_with_rights_in_accounting_still_sees_all_invoices(self):
        ticket = self._ticket(self.order, user=self.rich_agent)
        self._refund(ticket, "refund")
        self.assertEqual(self.invoice.with_user(self.rich_agent).name, self.invoice.name)

    def test_credit_note_of_a_return_of_the_ticket_counts(self):
        ticket = self._ticket(self.order)
        rma = self._return(self.order, (self.chair, 2, self.refund))
        rma.action_settle()
        self.assertEqual(ticket.refund_count, 0)
        ticket._add_rma(rma)
        self.assertEqual((ticket.refund_count, ticket.rma_count), (1, 1))
        self.assertEqual(rma.sudo().refund_ids.with_user(self.agent).amount_total, 92.0)

    # === Limits ===

    def _limit(self, amount):
        self.team.write({"refund_limit": amount, "refund_reviewer_id": self.rich_agent.id})

    def test_credit_note_above_the_limit_of_the_team_is_left_to_accounting(self):
        self._limit(self.invoice.amount_total - 0.01)
        for number, method in enumerate(("refund", "modify")):
            ticket = self._ticket(self._sell_and_invoice((self.chair, 50 + number)))
            self._refund(ticket, method)
            refund = self._documents(ticket, "refund")
            self.assertEqual((refund.state, refund.amount_total), ("draft", refund.reversed_entry_id.amount_total))
            self.assertEqual(refund.activity_ids.user_id, self.rich_agent)

    def test_limit_of_another_team_is_not_ours(self):
        """Whoever is given a ticket may move it to any team."""
        self.other_team.write({"use_refunds": True, "refund_limit": 100000.0, "user_ids": [(5, 0, 0)]})
        ticket = self._ticket(self.order)
        ticket.write({"team_id": self.other_team.id})
        self._refund(ticket, "refund")
        self.assertEqual(self._documents(ticket, "refund").state, "draft")

    def test_limit_holds_for_the_customer_however_many_tickets_there_are(self):
        self._limit(100.0)
        states = []
        for number in range(3):
            ticket = self._ticket(self._sell_and_invoice((self.chair, 1)))
            self.assertEqual(self._open(ticket, "action_refund").is_above_limit, number == 2)
            self._refund(ticket, "refund")
            states.append(self._documents(ticket, "refund").state)
        self.assertEqual(states, ["posted", "posted", "draft"])

    def test_all_credit_notes_of_one_ticket_add_up(self):
        self._limit(100.0)
        ticket = self._ticket()
        for number, state in enumerate(("posted", "posted", "draft")):
            order = self._sell_and_invoice((self.chair, 1))
            window = self._open(ticket, "action_refund")
            window.choice_id = window.invoice_ids.filtered(lambda c, o=order: c.sudo().invoice_id == o.invoice_ids)
            window.method = "refund"
            window.action_refund()
            refund = order.invoice_ids.reversal_move_ids
            self.assertEqual(refund.state, state)
            # The days of the settings have passed, the ticket has not.
            self.env.cr.execute("UPDATE account_move SET invoice_date = '2020-01-01' WHERE id = %s", [refund.id])
            self.env.invalidate_all()
            self.assertEqual(refund.activity_ids.user_id, self.rich_agent if number == 2 else refund.user_id.browse())

    def test_limit_holds_in_other_currencies(self):
        currency = self.env["res.currency"].create(
            {
                "name": "QQQ",
                "symbol": "Q",
                "rate_ids": [Command.create({"name": "2020-01-01", "rate": 2.0, "company_id": self.company.id})],
            }
        )
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "currency_id": currency.id,
                "invoice_line_ids": [
                    Command.create({"name": "Advice", "quantity": 1, "price_unit": 100.0, "tax_ids": False})
                ],
            }
        )
        invoice.action_post()
        for limit, state in ((49.99, "draft"), (50.0, "posted")):
            self._limit(limit)
            window = self._open(self._ticket(), "action_refund")
            window.choice_id = window.invoice_ids.filtered(lambda choice: choice.sudo().invoice_id == invoice)
            window.method = "refund"
            window.action_refund()
            refund = invoice.reversal_move_ids.filtered(lambda move: move.state != "cancel")
            self.assertEqual(refund.state, state)
            if state == "draft":
                refund.button_cancel()

    def test_drafts_are_handed_to_the_accountant_of_the_company(self):
        self.company.rma_accountant_id = self.rich_agent
        self.team.write({"refund_limit": 0.0, "refund_reviewer_id": False})
        for limit in (0.0, 100000.0):
            self.team.refund_limit = limit
            ticket = self._ticket(self._sell_and_invoice((self.chair, 1)))
            self._refund(ticket)
            refund = self._documents(ticket, "refund")
            self.assertEqual((refund.state, refund.activity_ids.user_id), ("draft", self.rich_agent))
            with self.assertRaises(AccessError):
                refund.with_user(self.agent).action_post()

    def test_limit_holds_for_returns_that_are_paid_before_the_goods_are_back(self):
        self.refund_keep.post_credit_note = True
        self.reason.operation_type_id = self.refund_keep
        self._limit(100.0)
        self.company.rma_accountant_id = self.rich_agent
        for state in ("posted", "posted", "draft"):
            ticket = self._ticket(self._sell_and_invoice((self.chair, 1)))
            window = self._open(ticket, "action_return")
            window.reason_id = self.reason
            window.action_create()
            refund = self._documents(ticket, "refund")
            self.assertEqual((refund.state, refund.amount_total), (state, 46.0))
        self.assertEqual(refund.activity_ids.user_id, self.rich_agent)
        ticket = self._ticket(self._sell_and_invoice((self.chair, 1)))
        self._refund(ticket, "refund")
        self.assertEqual(self._documents(ticket, "refund").state, "draft")

    def test_without_a_limit_agents_post_nothing(self):
        self._limit(0.0)
        ticket = self._ticket(self.order)
        self._refund(ticket, "refund")
        self.assertEqual(self._documents(ticket, "refund").state, "draft")

    def test_accountants_are_not_limited(self):
        self._limit(0.0)
        ticket = self._ticket(self.order, user=self.rich_agent)
        self._refund(ticket, "refund")
        self.assertEqual(self._documents(ticket, "refund").state, "posted")

    def test_windows_tell_nothing_of_other_customers(self):
        """Neither saved nor as a preview, with the ids of documents guessed."""
        bea = self.env["res.partner"].create({"name": "Bea"})
        foreign = self._sell_and_invoice((self.chair, 1), partner_id=bea.id)
        wizard = self._open(self._ticket(self.order), "action_refund")
        delivery = foreign.picking_ids.filtered(lambda picking: picking.state == "done")
        window = self._open(self._ticket(self.order), "action_return")
        for model, field, document, opened in (
            ("helpdesk.ticket.refund.invoice", "invoice_id", foreign.invoice_ids, wizard),
            ("helpdesk.ticket.refund.line", "move_line_id", foreign.invoice_ids.invoice_line_ids, wizard),
            ("helpdesk.ticket.return.delivery", "picking_id", delivery, window),
        ):
            rows = self.env[model].with_user(self.agent)
            values = {field: document.id, "wizard_id": opened.id}
            for operation in (
                lambda rows=rows, values=values: rows.create(values),
                lambda rows=rows, field=field, document=document, opened=opened: rows.with_context(
                    **{f"default_{field}": document.id}
                ).create({"wizard_id": opened.id}),
                lambda rows=rows, values=values: rows.onchange(values, list(values), {"name": {}}),
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    operation()
