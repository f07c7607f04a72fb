from odoo.tests import tagged

from .common_portal import RmaPortalCase

FEW, MANY = 2, 12


@tagged("post_install", "-at_install")
class TestPageCost(RmaPortalCase):
    """A page for many items asks the database as often as a page for few."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        products = cls.env["product.product"].union(
            *(cls._create_product(f"Part {number}", 10.0 + number) for number in range(MANY))
        )
        cls.few = cls._sell_and_invoice(*((product, 2) for product in products[:FEW]))
        cls.many = cls._sell_and_invoice(*((product, 2) for product in products))

    def _count(self, path):
        """Return how many queries a page takes once the caches of the server are warm."""
        for _time in range(2):
            self.assertEqual(self._get(path).status_code, 200)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._get(path)
        return self.env.cr.sql_log_count - before

    def _count_steps(self, order):
        """Return the queries of each page on the way of all items of an order, once they are chosen."""
        counts = {}
        path = self._path(self._choose(order, dict.fromkeys(order.order_line.product_id, 1)))
        counts["details"] = self._count(path)
        self._describe(path)
        counts["check"] = self._count(f"{path}/check")
        page = self._path(self._post(f"{path}/check"))
        counts["requested"] = self._count(page)
        self.env["rma.order"].browse(int(page.rsplit("/", 1)[1])).with_user(self.rma_manager).action_approve()
        counts["approved"] = self._count(page)
        return counts

    def test_many_items_take_no_more_queries_than_few(self):
        # Of both orders before anything is returned: the page tells of that, too.
        items = [self._count(f"/my/orders/{order.id}/return") for order in (self.few, self.many)]
        few, many = ({"items": count} for count in items)
        few.update(self._count_steps(self.few))
        many.update(self._count_steps(self.many))
        self.assertEqual({page: count for page, count in many.items() if count > few[page]}, {}, few)
        # A page that tells money asks accounting, too.
        self.assertLessEqual(max(many.values()), 62, many)
