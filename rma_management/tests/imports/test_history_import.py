import csv

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import file_open

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestHistoryImport(RmaCase):
    """Returns of before come in by Odoo's import: as they ended, and nothing is made of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chair.name, cls.table.name = "Old Chair", "Old Table"
        cls.address = cls.env["rma.order"].get_import_templates()[0]["template"]
        with file_open(cls.address.removeprefix("/")) as file:
            cls.names, *cls.rows = list(csv.reader(file))

    def _load(self, user, rows=None, names=None):
        return self.env["rma.order"].with_user(user).load(names or self.names, rows or self.rows)

    def test_manager_imports_the_sample_file(self):
        before = self.env["stock.picking"].search_count([]), self.env["account.move"].search_count([])
        loaded = self._load(self.rma_manager)
        self.assertFalse(loaded["messages"])
        first, second = self.env["rma.order"].browse(loaded["ids"])
        self.cr.flush()
        self.assertEqual((first.name, first.state, first.partner_id), ("OLD/2019/0001", "done", self.customer))
        self.assertEqual(str(first.date_done), "2019-03-12 16:00:00")
        self.assertEqual(first.date_closed, first.date_done)
        self.assertEqual(first.line_ids.mapped("product_uom_qty"), [2.0, 1.0])
        self.assertEqual(first.line_ids.mapped("price_unit"), [35.5, 120.0])
        self.assertEqual(second.line_ids.operation_type_id, self.refund)
        after = self.env["stock.picking"].search_count([]), self.env["account.move"].search_count([])
        self.assertEqual(after, before, "no documents")
        self.assertFalse((first | second).approval_ids)
        self.assertFalse((first | second).settlement_ids)
        mails = self.env["mail.mail"].search([("model", "=", "rma.order"), ("res_id", "in", loaded["ids"])])
        self.assertFalse(mails, "no customer is told of it")
        self.assertIn("OLD/2019/0001", self.env["rma.report"].search([]).order_id.mapped("name"))

    def test_nobody_else_imports_returns_that_are_done(self):
        for user in (self.rma_user, self.rma_all, self.stock_user):
            with self.subTest(user=user.login):
                try:
                    loaded = self._load(user)
                except UserError:
                    loaded = {"ids": False}
                self.assertFalse(loaded["ids"])
        self.assertFalse(self.env["rma.order"].search([("name", "like", "OLD/2019")]))

    def test_it_is_done_without_a_word_of_the_engine_only_where_it_is_said(self):
        names = [name for name in self.names if name != "is_imported"]
        place = self.names.index("is_imported")
        rows = [row[:place] + row[place + 1 :] for row in self.rows]
        loaded = self._load(self.rma_manager, rows, names)
        self.assertFalse(loaded["ids"], "the day of its end is the engine's")
        with self.assertRaises(UserError):
            self.env["rma.order"].with_user(self.rma_manager).create(
                {"partner_id": self.customer.id, "is_imported": True}
            )

    def test_nothing_is_done_for_it_any_more(self):
        rma = self.env["rma.order"].browse(self._load(self.rma_manager)["ids"][:1]).with_user(self.rma_manager)
        for operation in (
            rma.action_settle,
            rma.action_receive_again,
            rma.action_process,
            rma.action_draft,
            rma.action_cancel,
            lambda: rma.write({"is_imported": False}),
            lambda: rma.line_ids.write({"product_uom_qty": 5}),
            rma.unlink,
        ):
            with self.assertRaises(UserError):
                operation()
        self.assertFalse(rma.can_receive or rma.can_process or rma.can_draft)
        rma.invalidate_recordset()
        self.assertEqual(rma.state, "done")

    def test_operation_that_waits_for_no_goods_gives_nothing_either(self):
        order = self._sell_and_invoice((self.chair, 2))
        rma = (
            self.env["rma.order"]
            .with_user(self.rma_manager)
            .create(
                {
                    **order._prepare_rma_values(),
                    "is_imported": True,
                    "date_done": "2019-01-01",
                    "line_ids": [(0, 0, {"product_id": self.chair.id, "operation_type_id": self.refund_keep.id})],
                }
            )
        )
        self.assertEqual((rma.state, rma.line_ids.qty_to_settle), ("done", 0.0))
        with self.assertRaisesRegex(UserError, "was imported"):
            rma.action_settle()
        self.assertFalse(rma.sudo().refund_ids)
