from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestScope(RmaCase):
    """C7: the dashboard of a company, a warehouse or a sales team, with every number and list that it opens."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._stop_clock()
        cls.refund.post_credit_note = True
        cls.north, cls.south = cls.env["crm.team"].create([{"name": "North"}, {"name": "South"}])
        cls.here, cls.there = cls.env["stock.warehouse"].create(
            [{"name": name, "code": name, "company_id": cls.company.id} for name in ("HERE", "THERE")]
        )
        for warehouse in cls.here | cls.there:
            cls.env["stock.quant"]._update_available_quantity(cls.chair, warehouse.lot_stock_id, 100)
        cls.northern, cls.southern = (
            cls._sell_and_invoice((cls.chair, 10), team_id=team.id, warehouse_id=warehouse.id)
            for team, warehouse in ((cls.north, cls.here), (cls.south, cls.there))
        )
        cls.second = cls.env["res.company"].create(
            {"name": "Second Company", "currency_id": cls.env.ref("base.EUR").id}
        )
        cls.both = new_test_user(
            cls.env,
            "rma_both",
            "rma_management.group_rma_all",
            company_ids=[Command.set((cls.company | cls.second).ids)],
            company_id=cls.company.id,
        )

    def _dashboard(self, user=None, companies=None, **scope):
        today = fields.Date.context_today(self.rma_all.with_user(self.rma_all))
        report = self.env["rma.report"].with_user(user or self.rma_all)
        if companies:
            report = report.with_context(allowed_company_ids=companies.ids)
        scope = {name: record if isinstance(record, int) else record.id for name, record in scope.items()}
        return report.get_dashboard_data(today - timedelta(days=29), today, scope)

    def _numbers(self, data):
        """Return all numbers that open a list: those of cards, tables and plots."""
        numbers = [*data["numbers"], *data["costs"], *data["recovery"], *data["steps"]]
        numbers += [number for row in data["open"]["rows"] for number in row["numbers"]]
        numbers += [row[name] for row in data["products"] + data["reasons"] for name in ("received", "rate")]
        return numbers + [point[name] for point in data["trend"]["points"] for name in ("returns", "rate")]

    def _find(self, data, user=None):
        """Return the returns of all lists that the dashboard opens."""
        orders = self.env["rma.order"].with_user(user or self.rma_all).with_context(active_test=False)
        return orders.union(*(orders.search(number["domain"]) for number in self._numbers(data)))

    def _mix(self):
        """Return two chairs in the north, refunded, and three in the south, one of them still to be refunded."""
        done = self._return(self.northern, (self.chair, 2, self.refund))
        done.action_settle()
        waiting = self._return(self.southern, (self.chair, 3, self.refund))
        asked = self._ask(self.southern, (self.chair, 1, self.refund))
        asked.action_request()
        return done, waiting | asked

    def test_every_number_is_of_the_warehouse_or_the_team(self):
        done, southern = self._mix()
        for scope in ({"team_id": self.north}, {"warehouse_id": self.here}):
            data = self._dashboard(**scope)
            self.assertEqual(self._find(data), done, scope)
            values = {number["key"]: number["value"] for number in data["numbers"]}
            note = done.sudo().refund_ids
            self.assertEqual((values["requested"], values["refunded"]), (1, note.amount_untaxed))
            self.assertEqual(values["to_pay"], note.amount_residual)
            self.assertFalse(sum(number["value"] for row in data["open"]["rows"] for number in row["numbers"]))
            self.assertEqual([row["rate"]["value"] for row in data["products"]], [20])
            self.assertEqual([row["rate"]["value"] for row in data["reasons"]], [20])
            self.assertEqual([number["value"] for number in data["costs"]], [note.amount_untaxed])
            self.assertEqual(sum(point["returns"]["value"] for point in data["trend"]["points"]), 1)
        data = self._dashboard(team_id=self.south)
        self.assertEqual(self._find(data), southern)
        self.assertEqual([row["rate"]["value"] for row in data["products"]], [30])
        self.assertEqual(sum(number["value"] for row in data["open"]["rows"] for number in row["numbers"]), 2)

    def test_scopes_narrow_each_other(self):
        self._mix()
        data = self._dashboard(team_id=self.north, warehouse_id=self.there)
        self.assertFalse(self._find(data))
        self.assertFalse(sum(number["value"] or 0 for number in self._numbers(data)))

    def test_company_has_its_own_numbers_and_currency(self):
        own, _southern = self._mix()
        draft = self.env["rma.order"].create({"partner_id": self.customer.id, "company_id": self.second.id})
        both = self.company | self.second
        data = self._dashboard(self.both, both, company_id=self.second)
        self.assertEqual(data["currency_id"], self.second.currency_id.id)
        self.assertEqual(self._find(data, self.both), draft)
        self.assertEqual([choice["id"] for choice in data["choices"]["company_id"]], both.ids)
        self.assertNotIn(self.here.id, [choice["id"] for choice in data["choices"]["warehouse_id"]])
        data = self._dashboard(self.both, both, company_id=self.company, team_id=self.north)
        self.assertEqual(self._find(data, self.both), own)
        offered = {choice["id"] for choice in data["choices"]["warehouse_id"]}
        self.assertLessEqual({self.here.id, self.there.id}, offered)

    def test_no_scope_widens_what_is_seen(self):
        done, _southern = self._mix()
        self.env["rma.order"].create({"partner_id": self.customer.id, "company_id": self.second.id})
        data = self._dashboard(company_id=self.second)
        self.assertFalse(self._find(data))
        self.assertEqual([choice["id"] for choice in data["choices"]["company_id"]], self.company.ids)
        self.assertFalse(data["choices"]["warehouse_id"])
        done.user_id = self.rma_user
        data = self._dashboard(self.rma_user, team_id=self.north)
        self.assertEqual(self._find(data, self.rma_user), done)
        done.user_id = self.rma_all
        self.assertFalse(self._find(self._dashboard(self.rma_user, team_id=self.north), self.rma_user))

    def test_what_is_no_scope_is_refused(self):
        report = self.env["rma.report"].with_user(self.rma_all)
        for scope in (
            "x",
            [self.north.id],
            {"state": 1},
            {"team_id": "1"},
            {"team_id": [self.north.id]},
            {"team_id": True},
            {"order_id.sale_order_id": 1},
        ):
            with self.assertRaisesRegex(UserError, "Choose a company"):
                report.get_dashboard_data("2026-01-01", "2026-01-31", scope)
        for scope in (None, False, {}, {"team_id": False, "warehouse_id": None}):
            self.assertTrue(report.get_dashboard_data("2026-01-01", "2026-01-31", scope))

    def test_narrowing_costs_no_queries(self):
        def count(**scope):
            self.env.flush_all()
            self.env.invalidate_all()
            self.rma_all.mapped("tz")
            before = self.cr.sql_log_count
            self._dashboard(**scope)
            return self.cr.sql_log_count - before

        self._mix()
        count()
        self.assertLessEqual(count(team_id=self.north, warehouse_id=self.here), count() + 1)

    def test_team_of_a_return_follows_the_order(self):
        rma = self._ask(self.northern, (self.chair, 1, self.refund))
        self.assertEqual(rma.team_id, self.north)
        seller = new_test_user(self.env, "scope_seller", "sales_team.group_sale_salesman_all_leads")
        self.northern.with_user(seller).team_id = self.south
        self.assertEqual(rma.team_id, self.south)
        rows = self.env["rma.report"].with_user(self.rma_all).search([("team_id", "=", self.south.id)])
        self.assertEqual(rows.order_id, rma)
        self.assertEqual(sum(rows.mapped("qty_delivered")), 20, "deliveries are of the team, too")
