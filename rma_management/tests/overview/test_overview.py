from lxml import etree
from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from ..common import RmaCase

CARD = "rma_management.stock_warehouse_view_kanban_rma"


@tagged("post_install", "-at_install")
class TestOverview(RmaCase):
    """The overview counts what waits, and each count opens what it counts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card_fields = [f"rma_{name}_count" for name in cls.env["rma.order"]._get_overview_domains()]
        arch = cls.env["rma.order"].get_view(view_type="search")["arch"]
        cls.filters = {
            node.get("name"): node.get("domain") for node in etree.fromstring(arch).iter("filter") if node.get("domain")
        }

    def _open(self, name, user):
        """Return what a user finds behind a count of the card of our warehouse, by the filters as the page has them."""
        warehouse = self.warehouse.with_user(user).with_context(rma_filter=name)
        action = warehouse.action_view_rma()
        domain = list(action["domain"])
        for key in action["context"]:
            domain += safe_eval(self.filters[key.removeprefix("search_default_")], {"uid": user.id})
        return self.env["rma.order"].with_user(user).search(domain)

    def _find(self, name):
        return self.env["rma.order"].search(safe_eval(self.filters[name], {"uid": self.env.uid}))

    def _make_one_of_each(self):
        """Return returns of which each waits for something else."""
        order = self._sell_and_invoice((self.chair, 20))

        def ask():
            return self._ask(order, (self.chair, 2, self.refund), user=self.rma_user)

        requested, approved, partial, received, done = (ask() for _number in range(5))
        requested.action_request()
        for rma in (approved, partial, received, done):
            self._approve(rma)
        self._receive(partial, {self.chair: 1})
        for rma in (received, done):
            self._receive(rma)
        done.sudo().action_settle()
        return ask(), requested, approved, partial, received, done

    def test_each_count_opens_what_it_counts(self):
        self._make_one_of_each()
        for user in (self.rma_user, self.rma_all, self.rma_manager):
            card = self.warehouse.with_user(user)
            for name in self.env["rma.order"]._get_overview_domains():
                with self.subTest(user=user.login, count=name):
                    self.assertEqual(card[f"rma_{name}_count"], len(self._open(name, user)))
        self.assertGreaterEqual(self.warehouse.with_user(self.rma_user).rma_mine_count, 5)

    def test_filters_find_what_waits(self):
        draft, requested, approved, partial, received, done = self._make_one_of_each()
        every = draft | requested | approved | partial | received | done
        for name, field, found in (
            ("requested", "can_approve", requested),
            ("approved", "is_to_receive", approved | partial),
            ("processing", "is_to_settle", partial | received),
            ("refund_to_post", "has_refund_to_post", done),
            ("goods_left", "has_goods_left", partial | received),
        ):
            with self.subTest(filter=name):
                self.assertEqual(self._find(name) & every, found)
                self.assertEqual(every.with_user(self.rma_manager).filtered(field), found)

    def test_rest_without_backorder_is_not_received(self):
        rma = self._approve(self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 5, self.refund)))
        self._receive(rma, {self.chair: 2}, backorder=False)
        self.assertNotIn(rma, self._find("approved"))
        self.assertIn(rma, self._find("processing"))

    def test_return_without_goods_is_not_received(self):
        rma = self._approve(self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 1, self.refund_keep)))
        self.assertNotIn(rma, self._find("approved"))
        self.assertFalse(rma.is_to_receive)

    def test_receipt_that_is_still_to_be_created_is_received(self):
        self.refund.receipt_creation = "manual"
        rma = self._approve(self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 1, self.refund)))
        self.assertFalse(rma.sudo().picking_ids)
        self.assertIn(rma, self._find("approved"))
        self.assertTrue(rma.is_to_receive)

    def test_goods_left_after_a_done_return_are_found_until_somebody_moves_them(self):
        self.refund.disposition = "wait"
        rma = self._return(self._sell_and_invoice((self.chair, 5)), (self.chair, 3, self.refund))
        rma.action_settle()
        self.assertEqual((rma.state, rma.line_ids.qty_in_returns), ("done", 3))
        self.assertIn(rma, self._find("goods_left"))
        self.assertTrue(rma.has_goods_left)
        self.env["stock.quant"]._update_available_quantity(self.chair, self.warehouse.rma_location_id, -3)
        rma.invalidate_recordset(["has_goods_left"])
        self.assertNotIn(rma, self._find("goods_left"))
        self.assertFalse(rma.has_goods_left)

    def test_goods_in_a_corner_of_the_returns_location_are_found(self):
        corner = self.env["stock.location"].create({"name": "Corner", "location_id": self.warehouse.rma_location_id.id})
        rma = self._approve(self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 2, self.refund)))
        rma.sudo().picking_ids.move_line_ids.location_dest_id = corner
        self._receive(rma)
        self.assertIn(rma, self._find("goods_left"))

    def test_return_belongs_to_the_warehouse_that_receives_it(self):
        other = self.env["stock.warehouse"].create({"name": "Second", "code": "SEC", "company_id": self.company.id})
        rma = self._approve(self._ask(self._sell_and_invoice((self.chair, 5)), (self.chair, 2, self.refund)))
        self.assertEqual(rma.warehouse_id, self.warehouse)
        rma.sudo().picking_ids.picking_type_id = other.rma_type_id
        self.assertEqual(rma.warehouse_id, other)
        self.assertEqual(other.with_user(self.rma_all).rma_approved_count, 1)

    def test_return_of_goods_sold_elsewhere_has_a_warehouse(self):
        rma = self.env["rma.order"].create({"partner_id": self.customer.id})
        self.assertEqual(rma.warehouse_id.company_id, rma.company_id)

    def test_least_user_sees_the_cards(self):
        user = new_test_user(self.env, "rma_card", "rma_management.group_rma_user")
        action = self.env["ir.actions.act_window"].with_user(user)._for_xml_id("rma_management.rma_overview_action")
        views = self.env[action["res_model"]].with_user(user).get_views(action["views"])["views"]
        names = [node.get("name") for node in etree.fromstring(views["kanban"]["arch"]).iter("field")]
        self.assertLessEqual(set(self.card_fields), set(names))
        cards = self.env["stock.warehouse"].with_user(user).web_search_read([], {name: {} for name in names})
        self.assertIn(self.warehouse.id, [card["id"] for card in cards["records"]])

    def test_number_of_queries_does_not_grow_with_the_returns(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            begin = self.env.cr.sql_log_count
            self.warehouse.with_user(self.rma_user).read(self.card_fields)
            return self.env.cr.sql_log_count - begin

        self._make_one_of_each()
        count()
        few = count()
        for _number in range(3):
            self._make_one_of_each()
        self.assertEqual(count(), few)
