from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import HelpdeskCase


@tagged("post_install", "-at_install")
class TestAgent(HelpdeskCase):
    """H9: agents without other rights are offered what they may do, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5))

    # === New ticket ===

    def _offered(self, user, customer, name="", **context):
        orders = self.env["sale.order"].with_user(user).with_context(helpdesk_ticket_partner_id=customer.id, **context)
        return {order_id for order_id, _name in orders.name_search(name, [("amount_total", ">", 10**9)])}

    def test_orders_of_a_new_customer_are_offered_before_the_ticket_is_saved(self):
        self.assertEqual(self._offered(self.agent, self.customer), {self.order.id})
        self.assertEqual(self._offered(self.agent, self.customer, self.order.name), {self.order.id})
        form = Form(self.env["helpdesk.ticket"].with_user(self.agent))
        form.name, form.description, form.team_id = "Broken", "<p>x</p>", self.team
        form.partner_id = self.customer
        form.sale_order_id = self.order
        self.assertEqual(form.save().sale_order_id, self.order)

    def test_orders_of_others_are_not_offered(self):
        bea = self.env["res.partner"].create({"name": "Bea"})
        foreign = self._sell((self.chair, 1), partner_id=bea.id)
        self.assertNotIn(foreign.id, self._offered(self.agent, self.customer))
        draft = self.env["sale.order"].create({"partner_id": self.customer.id})
        self.assertNotIn(draft.id, self._offered(self.agent, self.customer))
        with self.assertRaises(AccessError):
            self.env["sale.order"].with_user(self.outsider).with_context(
                helpdesk_ticket_partner_id=self.customer.id
            ).name_search("")

    def test_products_that_the_customer_bought_come_first(self):
        self._create_product("Chair Cushion", 5.0)
        products = self.env["product.product"].with_user(self.agent)
        of_ticket = products.with_context(helpdesk_ticket_partner_id=self.customer.id)
        domain = [("sale_ok", "=", True)]
        self.assertEqual([found[0] for found in of_ticket.name_search("", domain)], self.chair.ids)
        names = [found[1] for found in of_ticket.name_search("Chair", domain)]
        self.assertEqual(names[0], "Chair")
        self.assertIn("Chair Cushion", names)
        bea = self.env["res.partner"].create({"name": "Bea"})
        of_nothing = products.with_context(helpdesk_ticket_partner_id=bea.id)
        self.assertEqual(of_nothing.name_search("", domain), products.name_search("", domain))
        outsider = of_ticket.with_user(self.outsider)
        self.assertEqual(outsider.name_search("", domain), products.with_user(self.outsider).name_search("", domain))

    # === Menus ===

    def _toolbar(self, model, user=None):
        views = (
            self.env[model]
            .with_user(user or self.agent)
            .get_views([(False, "form"), (False, "list")], {"toolbar": True})["views"]
        )
        return {action["id"] for view in views.values() for found in view["toolbar"].values() for action in found}

    def test_menus_offer_what_agents_may_do(self):
        for model in ("account.move", "repair.order", "stock.picking", "sale.order", "project.task", "rma.order"):
            allowed = {self.env.ref(xml_id).id for xml_id in self.env[model]._get_agent_actions()}
            self.assertLessEqual(self._toolbar(model), allowed, model)
        report = self.env.ref("account.account_invoices_without_payment")
        self.assertEqual(self._toolbar("account.move"), set(report.ids))
        self.assertIn(
            self.env.ref("stock.action_unreserve_picking").id, self._toolbar("stock.picking", self.rich_agent)
        )

    def _print(self, xml_id, document, user):
        reports = self.env["ir.actions.report"].with_user(user)
        return str(reports._render_qweb_pdf(xml_id, document.ids)[0])

    def test_agents_print_their_credit_notes(self):
        ticket = self._ticket(self.order)
        self._refund(ticket)
        refund = self._documents(ticket, "refund")
        page = self._print("account.account_invoices_without_payment", refund, self.agent)
        self.assertIn("Chair", page)
        for xml_id, document, user in (
            ("account.account_invoices_without_payment", refund, self.other_agent),
            (
                "account.account_invoices_without_payment",
                self._sell_and_invoice((self.chair, 1)).invoice_ids,
                self.agent,
            ),
        ):
            with self.assertRaises(AccessError):
                self._print(xml_id, document, user)

    def test_agents_print_their_repairs(self):
        ticket = self._ticket(self.order, product_id=self.chair.id)
        window = self._open(ticket, "action_repair")
        labor = self._create_product("Labor", 30.0, type="service", is_storable=False, on_hand=0)
        window.write({"customer_note": "Please bring the charger.", "part_ids": [(0, 0, {"product_id": labor.id})]})
        window.quotation = "before"
        window.action_create()
        repair = self._documents(ticket, "repair")
        page = self._print("repair.action_report_repair_order", repair, self.agent)
        self.assertIn(repair.name, page)
        self.assertIn("Please bring the charger.", page)
        self.assertIn("Labor", page)
        self.assertNotIn("does not work", page, "The description of the ticket is internal.")
        with self.assertRaises(AccessError):
            self._print("repair.action_report_repair_order", repair, self.other_agent)

    def test_agents_print_their_returns(self):
        rma = self._approve(self._ask(self.order, (self.chair, 1, self.refund)))
        self._ticket(self.order)._add_rma(rma)
        self.assertIn(rma.name, self._print("rma_management.report_rma_order", rma, self.agent))

    def test_invoice_that_a_credit_note_names_opens(self):
        ticket = self._ticket(self.order)
        invoice = self.order.invoice_ids
        with self.assertRaises(AccessError):
            invoice.with_user(self.agent).read(["name"])
        self._refund(ticket)
        self.assertEqual(invoice.with_user(self.agent).read(["name"])[0]["name"], invoice.name)
        self.assertEqual(invoice.with_user(self.agent).action_view_ticket()["res_id"], ticket.id)
        with self.assertRaises(AccessError):
            invoice.with_user(self.other_agent).read(["name"])

    # === The way back ===

    def test_documents_of_a_return_lead_to_its_ticket(self):
        ticket = self._ticket(self.order)
        rma = self._return(
            self.order,
            (self.chair, 1, self.repair),
        )
        ticket._add_rma(rma)
        rma.action_settle()
        documents = [rma.sudo().repair_ids, rma.sudo().picking_ids[0]]
        rma = self._return(self.order, (self.chair, 1, self.refund))
        ticket._add_rma(rma)
        rma.action_settle()
        documents += [self._documents(ticket, "refund")]
        for document in documents:
            self.assertEqual(document.with_user(self.agent).ticket_count, 1, document)
            view = document.with_user(self.agent).get_view(False, "form")["arch"]
            self.assertIn("not ticket_count", view)
            self.assertEqual(document.with_user(self.agent).action_view_ticket()["res_id"], ticket.id)

    def test_new_invoice_is_counted_and_leads_back(self):
        ticket = self._ticket(self.order)
        self._refund(ticket, "modify")
        self.assertEqual((ticket.refund_count, ticket.invoice_count), (1, 1))
        invoice = self._documents(ticket, "invoice").with_user(self.agent)
        self.assertEqual((ticket.action_view_invoices()["res_id"], invoice.move_type), (invoice.id, "out_invoice"))
        self.assertEqual(invoice.action_view_ticket()["res_id"], ticket.id)
