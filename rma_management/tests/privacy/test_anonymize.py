from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..portal.common_portal import RmaPortalCase

WORDS = ("Ada", "Lovelace", "ada@example.com", "Baker Street", "private remark", "my own number")


@tagged("post_install", "-at_install")
class TestAnonymize(RmaPortalCase):
    """A customer is forgotten in closed returns: nothing tells who it was, and the figures stay."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"name": "Ada Lovelace", "street": "Baker Street 221b"})
        cls.order = cls._sell_and_invoice((cls.chair, 5))

    def setUp(self):
        super().setUp()
        self.rma = self._approve(
            self._ask(self.order, (self.chair, 2, self.refund, {"comment": "A private remark of Ada"}))
        )
        self.rma.write(
            {"customer_note": "private remark", "internal_note": "<p>Ada</p>", "customer_reference": "my own number"}
        )
        photo = self.env["ir.attachment"].create({"name": "Ada.jpg", "raw": self._picture(), "mimetype": "image/jpeg"})
        self.rma.sudo().line_ids.attachment_ids = photo
        self.photo = photo
        self.rma.with_user(self.portal_user).sudo().message_post(
            body="It is Ada again, of Baker Street", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.rma._message_log(body="Asked for by a guest, who proved to read the mails of ada@example.com.")

    def _close(self):
        self._receive(self.rma)
        self.rma.action_settle()
        self.assertEqual(self.rma.state, "done")

    def _get_texts(self):
        """Everything that is stored of the return and its messages."""
        self.env.flush_all()
        texts = []
        for table, where in (
            ("rma_order", "id = %s"),
            ("rma_order_line", "order_id = %s"),
            ("mail_message", "model = 'rma.order' AND res_id = %s"),
            ("ir_attachment", "res_model = 'rma.order' AND res_id = %s"),
        ):
            self.cr.execute(f"SELECT row_to_json(x)::text FROM {table} x WHERE {where}", (self.rma.id,))
            texts += [row for (row,) in self.cr.fetchall()]
        self.cr.execute(
            "SELECT row_to_json(x)::text FROM mail_tracking_value x JOIN mail_message m ON m.id = x.mail_message_id"
            " WHERE m.model = 'rma.order' AND m.res_id = %s",
            (self.rma.id,),
        )
        texts += [row for (row,) in self.cr.fetchall()]
        return "\n".join(texts)

    def test_nothing_tells_who_the_customer_was(self):
        self._close()
        # The customer is told.
        self._run_announcements()
        before = self._get_texts()
        for word in WORDS:
            self.assertIn(word, before)
        self.rma.with_user(self.rma_manager).action_anonymize()
        after = self._get_texts()
        for word in WORDS:
            self.assertNotIn(word, after)
        self.assertNotIn(self.customer, self.rma.partner_id | self.rma.partner_shipping_id)
        self.assertNotIn(self.customer, self.rma.sudo().line_ids.partner_id | self.rma.message_partner_ids)
        messages = self.rma.sudo().message_ids
        people = messages.author_id | messages.partner_ids | messages.notification_ids.res_partner_id
        self.assertNotIn(self.customer, people)
        self.assertFalse(self.photo.exists())
        self.assertFalse(self.env["mail.mail"].search([("mail_message_id", "in", messages.ids)]))

    def test_figures_decisions_and_documents_stay(self):
        self._close()
        figures = ["state", "amount_refunded", "amount_requested", "date_done", "refund_ids", "settlement_ids"]
        before = self.rma.sudo().read(figures)
        returnable = self.order.order_line[:1].qty_returnable
        self.rma.with_user(self.rma_manager).action_anonymize()
        self.env.invalidate_all()
        self.assertEqual(self.rma.sudo().read(figures), before)
        self.assertEqual(self.order.order_line[:1].qty_returnable, returnable)
        self.assertEqual(self.rma.sudo().refund_ids.partner_id, self.customer, "the books are kept as the law says")
        self.assertIn("Anonymized.", self.rma.message_ids[:1].body)

    def test_website_shows_it_to_the_customer_no_more(self):
        self._close()
        key = self.rma.sudo().access_token
        self.rma.with_user(self.rma_manager).action_anonymize()
        self.assertEqual(self._path(self._get(self.rma.access_url, access_token=key)), "/my")
        self.assertNotIn(self.rma.name, self._get("/my/returns").text)

    def test_what_visitors_typed_is_forgotten(self):
        path = self._path(self._choose(self.order, {self.chair: "1"}))
        self._describe(path)
        sent = self._path(self._post(f"{path}/check"))
        rma = self.env["rma.order"].browse(int(sent.rsplit("/", 1)[1]))
        access = self.env["rma.guest.access"]._ask(self.order.name, "ada@example.com", self.company)
        rma.sudo().action_cancel()
        rma.with_user(self.rma_manager).action_anonymize()
        self.assertFalse(access.exists())
        self.assertFalse(self.env["rma.request"].search([("rma_id", "=", rma.id)]))

    def test_open_return_is_refused(self):
        with self.assertRaisesRegex(UserError, "Complete or cancel it"):
            self.rma.with_user(self.rma_manager).action_anonymize()
        with self.assertRaisesRegex(UserError, "Complete or cancel it"):
            self.customer.with_user(self.rma_manager).action_anonymize_rma()
        self.assertFalse(self.rma.date_anonymized)

    def test_managers_anonymize_and_nobody_else(self):
        self._close()
        for user in (self.rma_user, self.rma_all, self.portal_user, self.stock_user):
            with self.assertRaises(AccessError):
                self.rma.with_user(user).action_anonymize()
        self.assertFalse(self.rma.with_user(self.rma_all).can_anonymize)
        self.assertTrue(self.rma.with_user(self.rma_manager).can_anonymize)

    def test_all_returns_of_a_customer_are_anonymized_at_once(self):
        self._close()
        other = self._ask(self.order, (self.chair, 1, self.refund))
        other.action_cancel()
        other.active = False
        self.customer.with_user(self.rma_manager).action_anonymize_rma()
        self.assertTrue(self.rma.date_anonymized and other.date_anonymized)

    def test_anonymized_return_is_not_begun_again(self):
        other = self._ask(self.order, (self.chair, 1, self.refund))
        other.action_cancel()
        other.with_user(self.rma_manager).action_anonymize()
        with self.assertRaisesRegex(UserError, "Create a new return"):
            other.with_user(self.rma_manager).action_draft()

    def test_customer_with_returns_is_not_deleted(self):
        partner = self.env["res.partner"].create({"name": "Short Visitor"})
        address = self.env["res.partner"].create({"name": "Door", "parent_id": partner.id, "type": "delivery"})
        self.env["rma.order"].create({"partner_id": partner.id})
        for contact in (partner, address):
            with self.assertRaisesRegex(UserError, "Archive the contact instead; a returns manager can anonymize"):
                contact.unlink()
        self.env["res.partner"].create({"name": "Without returns"}).unlink()
