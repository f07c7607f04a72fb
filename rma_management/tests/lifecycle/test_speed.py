from lxml import etree
from odoo.tests import Form, new_test_user, tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestSpeed(RmaCase):
    """X19: returns of many lines cost no query for each of them."""

    LINES = 30

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.products = [cls._create_product(f"Part {number}", 10.0) for number in range(cls.LINES)]

    def _count_queries(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        begin = self.env.cr.sql_log_count
        function()
        return self.env.cr.sql_log_count - begin

    def _get_specification(self, node):
        """Return what a web client reads of a view: its fields, and those of the lists in it."""
        specification = {}
        for field in node.iterchildren():
            if field.tag != "field":
                specification.update(self._get_specification(field))
                continue
            lists = field.findall("list")
            specification[field.get("name")] = {"fields": self._get_specification(lists[0])} if lists else {}
        return specification

    def _received(self, products):
        order = self._sell_and_invoice(*((product, 2) for product in products))
        return self._return(order, *((product, 1, self.refund) for product in products))

    def test_opening_a_return_of_many_lines(self):
        few, many = self._received(self.products[:1]), self._received(self.products)
        arch = self.env["rma.order"].with_user(self.rma_all).get_view(view_type="form")["arch"]
        specification = self._get_specification(etree.fromstring(arch))

        def read(rma):
            rma.with_user(self.rma_all).web_read(specification)

        read(few)
        less, more = (self._count_queries(lambda rma=rma: read(rma)) for rma in (few, many))
        self.assertLessEqual(more, less + 60)
        self.assertLessEqual(more - less, 15, "no query in a loop over lines")

    def test_changing_the_process_screen_of_many_lines(self):
        rma = self._received(self.products)
        wizard = self.env["rma.process"].with_user(self.rma_all).create({"rma_id": rma.id})
        # As the web client does.
        wizard = wizard.with_context(lang="en_US")
        form = Form(wizard)

        def change(number, quantity):
            """Return the queries of the row, and those of the screen that follows it."""
            begin = self.env.cr.sql_log_count
            with form.decision_ids.edit(number) as decision:
                decision.quantity = quantity
                row = self.env.cr.sql_log_count
            return row - begin, self.env.cr.sql_log_count - row

        # Who may read what is known by the server from the first change on.
        wizard.currency_id.check_access("read")
        change(0, 0.5)
        row, screen = change(1, 0.5)
        self.assertLessEqual(row, 5)
        self.assertLessEqual(screen, 26)

    def test_reminding_many_people(self):
        # The responsible may approve, and so is asked.
        self.company.rma_approval_amount = 100000
        users = [
            new_test_user(self.env, f"late_{number}", "rma_management.group_rma_all", email=f"l{number}@example.com")
            for number in range(10)
        ]
        rmas = self.env["rma.order"]
        for user in users:
            order = self._sell_and_invoice((self.products[0], 1))
            rma = self._ask(order, (self.products[0], 1, self.refund), user=self.rma_manager)
            rma.user_id = user
            rma.action_request()
            rmas |= rma
        self.env.flush_all()
        self.env.cr.precommit.run()
        activities = rmas.sudo().activity_ids.filtered("automated")
        self.assertEqual(activities.user_id, self.env["res.users"].union(*users))
        activities.date_deadline = "2020-01-01"
        people = self.env["res.users"].union(*users)
        few = self._count_queries(people[:2]._send_rma_reminders)
        people.rma_reminder_date = False
        many = self._count_queries(people._send_rma_reminders)
        self.assertLessEqual(many - few, 16, "no search for each person")
