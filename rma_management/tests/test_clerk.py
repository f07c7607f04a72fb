from lxml import etree
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import RmaCase


@tagged("post_install", "-at_install")
class TestClerk(RmaCase):
    """X14: the returns clerk does a day's work with returns rights only, whatever addons are installed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(cls.env, "rma_clerk", "rma_management.group_rma_user", email="clerk@example.com")
        # The same job with rights in all that returns are made of.
        cls.expert = new_test_user(
            cls.env,
            "rma_expert",
            "rma_management.group_rma_all,stock.group_stock_user,sales_team.group_sale_salesman_all_leads,"
            "account.group_account_invoice",
        )
        cls.order = cls._sell_and_invoice((cls.chair, 5), (cls.table, 2))

    def _approved(self, operation=None, count=1):
        rmas = self.env["rma.order"]
        for _number in range(count):
            rmas |= self._approve(self._ask(self.order, (self.chair, 1, operation or self.refund), user=self.clerk))
        return rmas

    # === Making returns ===

    def test_return_is_made_by_hand(self):
        form = Form(self.env["rma.order"].with_user(self.clerk))
        form.partner_id = self.customer
        with form.line_ids.new() as line:
            line.product_id = self.chair
            line.reason_id = self.reason
            line.operation_type_id = self.refund
        form.sale_order_id = self.order.with_user(self.clerk)
        with form.line_ids.new() as line:
            line.sale_line_id = self.order.order_line[1].with_user(self.clerk)
            self.assertEqual(line.product_id, self.table)
            line.reason_id = self.reason
            line.operation_type_id = self.refund
        rma = form.save()
        self.assertEqual(rma.line_ids.sale_line_id, self.order.order_line)
        self.assertEqual(rma.line_ids.mapped("price_unit"), [40.0, 150.0])
        rma.action_request()
        self.assertEqual(rma.state, "requested")

    def test_nothing_fails_on_a_line_of_nothing(self):
        for values in ({}, {"product_id": self.chair.id}, {"sale_line_id": self.order.order_line[0].id}):
            line = self.env["rma.order.line"].with_user(self.clerk).new(values)
            for name in line._fields:
                with self.subTest(name, values=values):
                    self.assertIsNotNone(line[name])

    def test_order_is_found_by_its_customer(self):
        arch = self.env["rma.create.from.order"].with_user(self.clerk).get_view(view_type="form")["arch"]
        (field,) = self._parse(arch).xpath("//field[@name='sale_order_id']")
        self.assertIn("'sale_show_partner_name': True", field.get("context"))
        orders = self.env["sale.order"].with_user(self.clerk).with_context(sale_show_partner_name=True)
        found = dict(orders.name_search("Ada Customer", [("state", "=", "sale")]))
        self.assertIn("Ada Customer", found[self.order.id])

    def test_creating_from_an_order_is_at_hand_on_the_phone_too(self):
        action = self.env.ref("rma_management.rma_create_from_order_action")
        for kind in ("list", "kanban"):
            arch = self.env["rma.order"].with_user(self.clerk).get_view(view_type=kind)["arch"]
            self.assertRegex(arch, rf'<button name="{action.id}"[^>]*display="always"')

    def test_create_from_order_window_opens_for_the_clerk(self):
        form = Form(self.env["rma.create.from.order"].with_user(self.clerk))
        form.sale_order_id = self.order.with_user(self.clerk)
        form.reason_id = self.reason
        form.operation_type_id = self.refund
        with form.line_ids.edit(0) as line:
            line.quantity = 2
        rma = self.env["rma.order"].browse(form.save().action_create()["res_id"])
        self.assertEqual(rma.line_ids.product_uom_qty, 2)

    # === Processing ===

    def test_order_with_invoiced_shipping_is_processed(self):
        parcel = self._create_product("Parcel", 10.0, on_hand=0, type="service", invoice_policy="order")
        carrier = self.env["delivery.carrier"].create(
            {"name": "Parcel", "product_id": parcel.id, "delivery_type": "fixed", "fixed_price": 10.0}
        )
        order = self._sell((self.chair, 2), (self.table, 1))
        order.set_delivery_line(carrier, 10.0)
        self._deliver(order, {self.chair: 2})
        shipping_invoice = self._invoice(order)
        self._deliver(order)
        self._invoice(order)
        # The clerk gives what the resolution says; more of the shipping has to be approved.
        self.refund.refund_shipping = "always"
        rma = self._approve(self._ask(order, (self.table, 1, self.refund), user=self.clerk))
        self._receive(rma)
        # As in requests of their own: nothing was read before with more rights. The shipping is on an invoice that
        # holds nothing of what comes back.
        self.env.invalidate_all()
        wizard = self.env["rma.process"].browse(rma.with_user(self.clerk).action_process()["res_id"])
        self.env.invalidate_all()
        with Form(wizard.with_user(self.clerk)) as form:
            form.refund_shipping = True
            self.assertEqual(form.amount_shipping, 11.5)
            self.assertEqual(form.amount_total_refund, 184.0)
        self.env.invalidate_all()
        wizard.with_user(self.clerk).action_complete()
        refunds = rma.sudo().refund_ids
        self.assertEqual(sum(refunds.mapped("amount_total")), 184.0)
        self.assertIn(shipping_invoice, refunds.reversed_entry_id)

    # === Documents ===

    def _read_view(self, rma, user):
        """Read all that the page of a return shows, as the web client does."""
        self.env.invalidate_all()
        seen = rma.with_user(user)
        (values,) = seen.web_read(self._get_specification(self._parse(seen.get_view(view_type="form")["arch"])))
        return values

    def _get_specification(self, view):
        """Give the fields of a view, and those of the views within it."""
        specification = {}
        for field in view.xpath(".//field[count(ancestor::field) = $depth]", depth=len(view.xpath("ancestor::field"))):
            fields = {}
            for part in field.iterchildren("list", "kanban"):
                fields |= self._get_specification(part)
            specification[field.get("name")] = {"fields": fields} if fields else {}
        return specification

    def _links(self, user, name):
        """Give the part of the page that shows a field."""
        arch = self.env["rma.order"].with_user(user).get_view(view_type="form")["arch"]
        return [node for node in self._parse(arch).iter("field") if node.get("name") == name]

    def _parse(self, arch):
        return etree.fromstring(arch)

    def test_documents_of_a_return_are_seen_by_the_clerk(self):
        for operation in (self.refund, self.repair, self.replace):
            rma = self._approved(operation)
            self._receive(rma)
            rma.action_settle()
            values = self._read_view(rma, self.clerk)
            self.assertTrue(values["picking_ids"][0]["name"])
            self.assertEqual(bool(values["repair_ids"]), operation == self.repair)

    def test_links_are_text_where_the_user_may_not_open_them(self):
        for user, opens in ((self.clerk, False), (self.expert, True), (self.clerk, False)):
            for name in ("picking_ids", "replacement_sale_order_ids", "repair_ids", "scrap_ids"):
                (field,) = self._links(user, name)
                self.assertEqual(field.find("list").get("no_open") != "1", opens, name)
                self.assertEqual(field.find("kanban").get("can_open") != "0", opens, name)
            (order,) = self._links(user, "sale_order_id")
            self.assertEqual("no_open" not in (order.get("options") or ""), opens)

    def test_smart_buttons_show_plain_facts_where_the_user_may_not_open_documents(self):
        rma = self._approved(self.repair)
        self._receive(rma)
        rma.action_settle()
        for user, opens in ((self.clerk, False), (self.expert, True)):
            self.env.invalidate_all()
            seen = rma.with_user(user)
            seen.sudo().user_id = user
            for button, documents in (("action_view_pickings", "picking_ids"), ("action_view_repairs", "repair_ids")):
                action = getattr(seen, button)()
                kinds = [kind for _view_id, kind in action["views"]]
                self.assertEqual("form" in kinds, opens)
                model = self.env[action["res_model"]].with_user(user)
                views = model.get_views(action["views"])["views"]
                names = [
                    node.get("name")
                    for node in self._parse(views[kinds[0]]["arch"]).iter("field")
                    if not node.xpath("ancestor::field")
                ]
                found = model.search(action["domain"])
                self.assertEqual(found, seen[documents])
                if not opens:
                    self.assertTrue(found.read(names))

    def test_replacement_orders_are_plain_facts_for_the_clerk(self):
        rma = self._approve(
            self._ask(
                self.order, (self.chair, 1, self.replace, {"replacement_product_id": self.table.id}), user=self.clerk
            )
        )
        self._receive(rma)
        rma.action_settle()
        self.env.invalidate_all()
        action = rma.with_user(self.clerk).action_view_replacements()
        self.assertEqual([kind for _view_id, kind in action["views"]], ["list"])
        orders = self.env["sale.order"].with_user(self.clerk).search(action["domain"])
        self.assertTrue(orders.read(["name", "date_order", "partner_id", "amount_total", "state"]))

    def test_history_offers_the_documents_that_the_user_may_open(self):
        rma = self._approved()
        self._receive(rma)
        rma.action_settle()
        self.env.flush_all()
        for user, opens in ((self.clerk, False), (self.expert, True)):
            self.env.invalidate_all()
            rma.user_id = user
            events = rma.with_user(user).history_ids.filtered("res_model")
            self.assertTrue(events.filtered(lambda event: event.res_model == "stock.picking"))
            for event in events:
                self.assertTrue(event.document)
                self.assertEqual(event.can_open, opens, event.res_model)
                if not opens:
                    with self.assertRaisesRegex(AccessError, event.document):
                        event.action_open()

    def test_report_of_processing_leads_to_what_the_user_may_open(self):
        for user, opens in ((self.clerk, False), (self.expert, True)):
            rma = self._approved(self.repair)
            self._receive(rma)
            rma.user_id = user
            wizard = self.env["rma.process"].browse(rma.with_user(user).action_process()["res_id"]).with_user(user)
            links = wizard.action_complete()["params"]["links"]
            self.assertTrue(links)
            for link in links:
                self.assertEqual(link["url"].startswith(f"/odoo/{rma._name}/"), not opens)

    # === Lists ===

    def test_calendar_shows_open_returns(self):
        rma = self._approved()
        arch = self._parse(self.env["rma.order"].with_user(self.clerk).get_view(view_type="calendar")["arch"])
        # The web client leaves out what has no date at one of its ends.
        ends = [arch.get("date_start"), *filter(None, [arch.get("date_stop")])]
        self.assertTrue(all(rma[name] for name in ends))

    def test_approving_a_selection_does_what_can_be_done_and_reports_the_rest(self):
        good = self._ask(self.order, (self.chair, 1, self.refund))
        bad = self._ask(self.order, (self.chair, 1, self.refund))
        late = self._ask(self.order, (self.table, 2, self.refund))
        draft = self._ask(self.order, (self.chair, 1, self.refund))
        (good | bad | late).action_request()
        # What was asked for is taken meanwhile.
        self.env.cr.execute("UPDATE rma_order_line SET reason_id = NULL WHERE order_id = %s", [bad.id])
        self.env.invalidate_all()
        action = (good | bad | late | draft).with_user(self.rma_manager).action_approve_selection()
        self.assertEqual((good | late).mapped("state"), ["approved", "approved"])
        self.assertEqual((bad | draft).mapped("state"), ["requested", "draft"])
        report = action["params"]
        self.assertEqual((report["type"], report["sticky"]), ("warning", True))
        self.assertIn(f"Approved: {good.name}, {late.name}.", report["message"])
        self.assertIn(f"{bad.name}, Chair: Choose a return reason.", report["message"])
        self.assertIn(f"{draft.name} is not waiting for approval.", report["message"])

    def test_approving_a_selection_tells_whoever_may_not(self):
        rmas = self._ask(self.order, (self.chair, 1, self.refund)) | self._ask(self.order, (self.chair, 1, self.refund))
        rmas.action_request()
        report = rmas.with_user(self.rma_all).action_approve_selection()["params"]
        self.assertEqual(set(rmas.mapped("state")), {"requested"})
        self.assertEqual(report["type"], "warning")
        for rma in rmas:
            self.assertIn(f"{rma.name} needs approval by a member of", report["message"])

    def test_approving_a_selection_tells_of_a_second_approval(self):
        self.company.rma_second_approval_amount = 10.0
        rma = self._ask(self.order, (self.chair, 1, self.refund))
        rma.action_request()
        report = rma.with_user(self.rma_manager).action_approve_selection()["params"]
        self.assertEqual(rma.state, "requested")
        self.assertIn(f"waiting for a second approval: {rma.name}.", report["message"])

    def test_approving_by_program_stays_all_or_nothing(self):
        good = self._ask(self.order, (self.chair, 1, self.refund))
        draft = self._ask(self.order, (self.chair, 1, self.refund))
        good.action_request()
        with self.assertRaises(UserError):
            (good | draft).with_user(self.rma_manager).action_approve()
        self.assertEqual(good.state, "requested")

    def test_settling_a_selection_reports_what_was_settled_and_what_was_not(self):
        arrived, waiting = self._approved(count=2)
        self._receive(arrived)
        draft = self._ask(self.order, (self.table, 1, self.refund), user=self.clerk)
        self.env.invalidate_all()
        action = (arrived | waiting | draft).with_user(self.clerk).action_settle_selection()
        self.assertEqual((arrived.state, waiting.state, draft.state), ("done", "approved", "draft"))
        message = action["params"]["message"]
        self.assertIn(f"Settled: {arrived.name}.", message)
        self.assertIn(f"Nothing to settle: {waiting.name}.", message)
        self.assertIn(f"{draft.name} is not approved yet", message)
        self.assertEqual(action["params"]["next"]["tag"], "soft_reload")
        again = arrived.with_user(self.clerk).action_settle_selection()["params"]
        self.assertIn(f"Nothing to settle: {arrived.name}.", again["message"])

    def test_rejected_returns_are_neither_printed_nor_sent(self):
        arch = self._parse(self.env["rma.order"].with_user(self.clerk).get_view(view_type="form")["arch"])
        for name in ("action_print", "action_send"):
            (button,) = [node for node in arch.iter("button") if node.get("name") == name]
            self.assertIn("rejected", button.get("invisible"))

    def test_closed_returns_stay_on_record(self):
        rma = self._approved()
        self._receive(rma)
        with self.assertRaisesRegex(UserError, "is in progress. Cancel it"):
            rma.with_user(self.rma_manager).unlink()
        rma.action_settle()
        with self.assertRaisesRegex(UserError, "is closed and cannot be deleted. Archive or anonymize it"):
            rma.with_user(self.rma_manager).unlink()
        rma.active = False
        self.assertNotIn(rma, self.env["rma.order"].search([("state", "=", "done")]))
