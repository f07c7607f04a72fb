import contextlib
import re

from odoo.exceptions import AccessError, UserError
from odoo.tests import JsonRpcException, tagged

from .common_portal import RmaPortalCase


@tagged("post_install", "-at_install")
class TestPortal(RmaPortalCase):
    """R10, P4 to P6: customers follow their returns, and nobody gets at anything that is not theirs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5), (cls.table, 2))
        cls.foreign_order = cls._sell_and_invoice((cls.chair, 3), partner_id=cls.stranger.id)

    def setUp(self):
        super().setUp()
        self.rma = self._ask(self.order, (self.chair, 2, self.refund)).sudo()
        self.rma.action_request()
        self.foreign = self._ask(self.foreign_order, (self.chair, 1, self.refund)).sudo()
        self.foreign.action_request()

    # === List ===

    def test_list_shows_own_returns_and_no_drafts(self):
        draft = self._ask(self.order, (self.table, 1, self.refund))
        page = self._get("/my/returns").text
        self.assertIn(self.rma.name, page)
        self.assertNotIn(draft.name, page)
        self.assertNotIn(self.foreign.name, page)

    def test_list_of_a_company_has_the_returns_of_its_people(self):
        child = self.env["res.partner"].create({"name": "Ada's Warehouse", "parent_id": self.customer.id})
        order = self._sell_and_invoice((self.chair, 1), partner_id=child.id)
        rma = self._ask(order, (self.chair, 1, self.refund))
        rma.action_request()
        self.assertIn(rma.name, self._get("/my/returns").text)
        self.assertEqual(self._get(rma.access_url).status_code, 200)

    def test_list_is_searched_sorted_and_filtered(self):
        other = self._ask(self.order, (self.table, 1, self.refund)).sudo()
        other.action_request()
        other.with_user(self.rma_manager).action_reject("No.")
        cases = [
            ({"filterby": "open"}, True, False),
            ({"filterby": "closed"}, False, True),
            ({"search": self.rma.name, "search_in": "name"}, True, False),
            ({"search": "Table", "search_in": "product"}, False, True),
            ({"search": self.order.name, "search_in": "order"}, True, True),
            ({"search": "Table"}, False, True),
            ({"search": self.foreign_order.name}, False, False),
            ({"sortby": "name"}, True, True),
            ({"sortby": "state"}, True, True),
        ]
        for parameters, shows_first, shows_second in cases:
            with self.subTest(**parameters):
                page = self._get("/my/returns", **parameters).text
                self.assertEqual(f'href="{self.rma.access_url}"' in page, shows_first)
                self.assertEqual(f'href="{other.access_url}"' in page, shows_second)

    def test_nonsense_in_the_address_of_the_list_shows_the_list(self):
        for parameters in (
            {"sortby": "password"},
            {"filterby": "'; DROP TABLE rma_order"},
            {"search_in": "internal_note", "search": "%"},
            {"search": "\0%_\\"},
        ):
            with self.subTest(**parameters):
                self.assertEqual(self._get("/my/returns", **parameters).status_code, 200)
        for path in ("/my/returns/page/0", "/my/returns/page/99999999999", "/my/returns/new/page/7"):
            with self.subTest(path):
                self.assertEqual(self._get(path).status_code, 200)

    def test_home_has_a_card(self):
        self.assertIn('href="/my/returns"', self._get("/my/home").text)

    # === One return ===

    def test_return_of_somebody_else_looks_like_none_at_all(self):
        for login, target in (("rma_stranger", "/my"), (None, "/web/login")):
            with self.subTest(login):
                self.authenticate(login, login)
                for return_id in (self.rma.id, 999999999):
                    self.assertEqual(self._path(self._get(f"/my/returns/{return_id}")), target)
                    response = self._get(f"/my/returns/{return_id}", report_type="pdf")
                    self.assertEqual(self._path(response), target)
                    response = self._get(f"/my/returns/{return_id}", access_token=self.foreign.access_token)
                    self.assertEqual(self._path(response), target)

    def test_draft_does_not_exist_for_its_customer(self):
        draft = self._ask(self.order, (self.table, 1, self.refund)).sudo()
        self.assertEqual(self._path(self._get(draft.access_url)), "/my")
        self.assertEqual(self._path(self._get(draft.access_url, access_token=draft.access_token)), "/my")

    def test_link_of_a_mail_opens_the_return_without_logging_in(self):
        self.authenticate(None, None)
        page = self._get(self.rma.access_url, access_token=self.rma.access_token)
        self.assertEqual(page.status_code, 200)
        self.assertIn(self.rma.name, page.text)

    def test_page_tells_what_is_next(self):
        self.assertIn("We have your request", self._get(self.rma.access_url).text)
        self.rma.with_user(self.rma_manager).action_approve()
        page = self._get(self.rma.access_url).text
        self.assertIn("Print the return slip, put it in the parcel", page)
        self.assertIn(self.rma._get_return_address().name, page)
        self._receive(self.rma)
        self.assertIn("Your goods have arrived", self._get(self.rma.access_url).text)
        self.rma.with_user(self.rma_all).action_settle()
        self.rma.refund_ids.action_post()
        page = self._get(self.rma.access_url).text
        self.assertIn("Your return is settled", page)
        self.assertIn(self.rma.refund_ids.name, page)

    def test_reason_of_a_rejection_is_shown_as_text(self):
        self.rma.with_user(self.rma_manager).action_reject("It was <b>used</b>.")
        self.assertIn("It was &lt;b&gt;used&lt;/b&gt;.", self._get(self.rma.access_url).text)

    def test_draft_credit_note_is_not_shown(self):
        self.rma.with_user(self.rma_manager).action_approve()
        self._receive(self.rma)
        self.rma.with_user(self.rma_all).action_settle()
        self.assertEqual(self.rma.refund_ids.state, "draft")
        self.assertNotIn("o_rma_documents", self._get(self.rma.access_url).text)

    def test_delivery_slip_belongs_to_the_return_in_the_address(self):
        replaced = self._return(self.order, (self.table, 1, self.replace)).sudo()
        replaced.with_user(self.rma_all).action_settle()
        delivery = replaced.picking_ids.filtered(lambda picking: picking.location_dest_id.usage == "customer")
        self.assertTrue(delivery)
        foreign_delivery = self.foreign_order.picking_ids
        url = f"{replaced.access_url}/delivery/{delivery.id}"
        self.assertIn(f"{replaced.access_url}/delivery/{delivery.id}", self._get(replaced.access_url).text)
        for picking in (foreign_delivery, self.order.picking_ids[:1]):
            self.assertEqual(self._get(f"{self.rma.access_url}/delivery/{picking.id}").status_code, 404)
        self.authenticate("rma_stranger", "rma_stranger")
        self.assertEqual(self._get(url).status_code, 404)
        self.assertEqual(self._get(url, access_token=self.foreign.access_token).status_code, 404)

    def test_slip_by_the_page(self):
        self.rma.with_user(self.rma_manager).action_approve()
        self.assertIn("report_type=pdf", self._get(self.rma.access_url).text)
        response = self.url_open(f"{self.rma.access_url}?report_type=pdf&download=1", timeout=60)
        self.assertEqual(response.headers["Content-Type"].split(";")[0], "application/pdf")
        self.assertIn("attachment", response.headers["Content-Disposition"])

    def test_label_of_the_carrier_is_there(self):
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Parcels",
                "product_id": self._create_product("Parcel", 5.0, on_hand=0, type="service", is_storable=False).id,
                "get_return_label_from_portal": True,
            }
        )
        self.rma.with_user(self.rma_manager).action_approve()
        self.assertNotIn("carrier's label", self._get(self.rma.access_url).text)
        delivery = self.order.picking_ids.filtered(lambda picking: picking.picking_type_code == "outgoing")
        delivery.carrier_id = carrier
        self.env["ir.attachment"].create(
            {
                "name": f"{carrier.get_return_label_prefix()}-1.pdf",
                "raw": b"%PDF",
                "res_model": "stock.picking",
                "res_id": delivery.id,
            }
        )
        page = self._get(self.rma.access_url).text
        self.assertIn("carrier's label", page)
        url = re.search(rf"{self.rma.access_url}/label/\d+", page)[0]
        self.assertEqual(self._get(url).content, b"%PDF")
        self.authenticate("rma_stranger", "rma_stranger")
        self.assertEqual(self._get(url).status_code, 404)

    # === Cancel ===

    def test_customer_cancels_while_nothing_has_arrived(self):
        self.rma.with_user(self.rma_manager).action_approve()
        response = self._post(f"{self.rma.access_url}/cancel")
        self.assertEqual(self._path(response), self.rma.access_url)
        self.assertEqual(self.rma.state, "cancel")
        self.assertEqual(self.rma.picking_ids.state, "cancel")

    def test_customer_cannot_cancel_what_has_arrived(self):
        self.rma.with_user(self.rma_manager).action_approve()
        self._receive(self.rma)
        self.assertNotIn("Yes, cancel it", self._get(self.rma.access_url).text)
        response = self._post(f"{self.rma.access_url}/cancel")
        self.assertEqual(self._query(response)["message"], "not_cancelled")
        self.assertEqual(self.rma.state, "processing")

    def test_nobody_else_cancels(self):
        self.assertEqual(self._get(f"{self.rma.access_url}/cancel").status_code, 405)
        self.authenticate("rma_stranger", "rma_stranger")
        self._post(f"{self.rma.access_url}/cancel")
        self._post(f"{self.rma.access_url}/cancel", access_token=self.foreign.access_token)
        self.authenticate(None, None)
        self._post(f"{self.rma.access_url}/cancel")
        self.assertEqual(self.rma.state, "requested")
        self._post(f"{self.rma.access_url}/cancel", access_token=self.rma.access_token)
        self.assertEqual(self.rma.state, "cancel")

    # === Behind the pages ===

    def test_customers_read_theirs_and_change_nothing(self):
        orders = self.env["rma.order"].with_user(self.portal_user)
        self.assertEqual(orders.search([]), self.rma)
        self.assertEqual(orders.browse(self.rma.id).read(["name", "state"])[0]["state"], "requested")
        with self.assertRaises(AccessError):
            orders.browse(self.foreign.id).read(["name"])
        with self.assertRaises(AccessError):
            orders.browse(self.rma.id).read(["internal_note"])
        with self.assertRaises(AccessError):
            orders.search([("internal_note", "ilike", "thief")])
        self.assertFalse({"internal_note", "history_ids", "inspection_ids"} & set(orders.fields_get()))
        with self.assertRaises(AccessError):
            orders.browse(self.rma.id).customer_note = "Changed"
        with self.assertRaises(AccessError):
            orders.create({"partner_id": self.customer.id})
        with self.assertRaises(AccessError):
            self.rma.line_ids.with_user(self.portal_user).product_uom_qty = 5

    def test_customers_call_no_action_of_staff(self):
        rma = self.rma.with_user(self.portal_user).with_context(active_model="rma.order", active_id=self.rma.id)
        before = self.rma.read()
        for name in sorted(name for name in dir(type(self.env["rma.order"])) if name.startswith("action_")):
            arguments = ("No.",) if name in ("action_reject", "action_release_delivery") else ()
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                with contextlib.suppress(AccessError, UserError):
                    getattr(rma, name)(*arguments)
                self.env.flush_all()
                self.env.invalidate_all()
                self.assertEqual(self.rma.state, before[0]["state"])
                self.assertFalse(self.rma.picking_ids)
                savepoint.rollback()

    def test_rest_of_the_module_is_closed_to_customers(self):
        for model in (
            "rma.approval",
            "rma.guest.access",
            "rma.history",
            "rma.inspection",
            "rma.process",
            "rma.report",
            "rma.request",
            "rma.request.line",
        ):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.portal_user).search([])

    # === Messages (P6) ===

    def _fetch_messages(self, rma, **parameters):
        return self.make_jsonrpc_request(
            "/mail/chatter_fetch", {"thread_model": "rma.order", "thread_id": rma.id, **parameters}
        )

    def test_thread_shows_messages_and_no_internal_notes(self):
        self.rma.message_post(body="Dear customer", message_type="comment", subtype_xmlid="mail.mt_comment")
        self.rma.message_post(body="He is a thief", message_type="comment", subtype_xmlid="mail.mt_note")
        texts = str(self._fetch_messages(self.rma))
        self.assertIn("Dear customer", texts)
        self.assertNotIn("thief", texts)
        self.authenticate(None, None)
        texts = str(self._fetch_messages(self.rma, token=self.rma.access_token))
        self.assertIn("Dear customer", texts)
        self.assertNotIn("thief", texts)

    def _write(self, rma, text, **parameters):
        return self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "rma.order",
                "thread_id": rma.id,
                "post_data": {"body": text, "message_type": "comment", "subtype_xmlid": "mail.mt_comment"},
                **parameters,
            },
        )

    def test_what_a_customer_writes_is_in_the_thread_and_reaches_the_responsible(self):
        self.rma.user_id = self.rma_user
        self._write(self.rma, "Is the slip on its way?")
        message = self.rma.customer_message_ids.filtered(lambda message: "slip" in message.body)
        self.assertEqual(message.author_id, self.customer)
        self.assertIn(self.rma_user.partner_id, message.notified_partner_ids)

    def test_what_a_customer_writes_reaches_somebody_where_nobody_is_responsible(self):
        # Who has an activity follows the return, and is notified.
        self.company.rma_approval_days = 0
        self.rma.user_id = False
        self.env.cr.precommit.run()
        self.rma.sudo().message_follower_ids.unlink()
        self.rma.sudo().activity_ids.unlink()
        self._write(self.rma, "Is anybody there?")
        self._write(self.rma, "Hello?")
        self.env.invalidate_all()
        activity = self.rma.sudo().activity_ids.filtered(lambda activity: activity.summary == "Answer the customer")
        self.assertEqual(len(activity), 1)
        self.assertIn(activity.user_id, self.rma._get_approvers() | self.rma._get_responsible())

    def test_nobody_writes_into_a_thread_that_is_not_theirs(self):
        self.authenticate("rma_stranger", "rma_stranger")
        for parameters in ({}, {"token": self.foreign.access_token}):
            with self.subTest(**parameters), self.assertRaises(JsonRpcException):
                self._write(self.rma, "Let me in", **parameters)
        self.assertFalse(self.rma.customer_message_ids.filtered(lambda message: "Let me in" in message.body))

    # === The order ===

    def test_order_leads_to_its_returns(self):
        page = self._get(f"/my/orders/{self.order.id}").text
        self.assertIn(f"/my/orders/{self.order.id}/return", page)
        self.assertIn(f"/my/orders/{self.order.id}/return?line={self.order.order_line[0].id}", page)
        self.assertIn(f'href="{self.rma.access_url}"', page)
        self.assertNotIn("/my/picking/return/pdf/", page, "the slip of a return gives way")

    def test_order_with_nothing_to_return_offers_nothing(self):
        order = self._sell((self.chair, 1))
        page = self._get(f"/my/orders/{order.id}").text
        self.assertNotIn(f"/my/orders/{order.id}/return", page)
        page = self._get("/my/returns/new").text
        self.assertIn(f"/my/orders/{self.order.id}/return", page)
        self.assertNotIn(f"/my/orders/{order.id}/return", page)
        self.assertNotIn(self.foreign_order.name, page)

    def test_employee_without_rights_on_returns_has_none_on_the_website(self):
        self.authenticate("rma_stock", "rma_stock")
        page = self._get("/my/returns")
        self.assertEqual(page.status_code, 200)
        self.assertNotIn(self.rma.name, page.text)

    def test_pages_that_are_only_read_can_be_served_by_a_replica(self):
        endpoints = {
            rule.rule: rule.endpoint.routing
            for rule in self.env["ir.http"].routing_map().iter_rules()
            if rule.endpoint.__module__.startswith("odoo.addons.rma_management.controllers")
            and "GET" in (rule.methods or ["GET"])
        }
        self.assertGreater(len(endpoints), 10)
        for path, routing in endpoints.items():
            with self.subTest(path):
                self.assertTrue(routing["readonly"])

    # === Speed ===

    def test_list_costs_as_many_queries_for_twenty_as_for_two(self):
        def count():
            # The first visit fills what the server remembers.
            self._get("/my/returns")
            self.env.cr.flush()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(self._get("/my/returns").status_code, 200)
            return self.env.cr.sql_log_count - before

        few = count()
        for _n in range(20):
            rma = self._ask(self._sell_and_invoice((self.chair, 1)), (self.chair, 1, self.refund)).sudo()
            rma.action_request()
        self.assertLessEqual(count(), few + 2)
