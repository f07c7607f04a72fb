import io

from lxml.html import fromstring
from odoo import Command
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger
from PIL import Image

from .common_portal import RmaPortalCase


@tagged("post_install", "-at_install")
class TestPortalRequest(RmaPortalCase):
    """R10: customers ask for a return on the website, in three steps."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5), (cls.table, 2))

    # === The way ===

    def test_request_of_a_customer_is_in_the_back_end_at_once(self):
        rma = self._ask_online(self.order, {self.chair: "2"}, comment="A leg is <b>loose</b>.")
        self.assertEqual(rma.state, "requested")
        self.assertEqual(rma.partner_id, self.customer)
        self.assertEqual(rma.sale_order_id, self.order)
        self.assertFalse(rma.user_id)
        self.assertEqual(rma.requested_by_id, self.portal_user)
        line = rma.line_ids
        self.assertEqual((line.product_id, line.product_uom_qty), (self.chair, 2))
        self.assertEqual((line.reason_id, line.operation_type_id), (self.reason, self.refund))
        self.assertEqual(line.comment, "A leg is <b>loose</b>.")
        self.assertIn(rma, self.env["rma.order"].with_user(self.rma_user).search([("state", "=", "requested")]))
        page = self._get(rma.access_url)
        self.assertEqual(page.status_code, 200)
        self.assertIn("A leg is &lt;b&gt;loose&lt;/b&gt;.", page.text)

    def test_customer_is_told_that_the_request_arrived(self):
        rma = self._ask_online(self.order, {self.chair: "1"})
        self._run_announcements()
        mail = rma.message_ids.filtered(lambda message: message.message_type == "auto_comment")
        self.assertIn(self.customer, mail.notified_partner_ids)

    def test_enter_key_goes_on(self):
        """The first button of a form is what Enter presses: it has no meaning of its own."""
        self._sell_and_invoice((self.chair, 1))
        path = self._path(self._choose(self.order, {self.chair: "2"}))
        for page in (f"/my/orders/{self.order.id}/return", path):
            forms = fromstring(self._get(page).text).xpath("//form[contains(@class, 'o_rma_form')]")
            self.assertTrue(forms)
            for form in forms:
                self.assertNotIn("name", form.xpath(".//button[@type='submit']")[0].attrib, page)

    def test_sending_twice_makes_one_return(self):
        path = self._path(self._choose(self.order, {self.chair: "2"}))
        self._describe(path)
        first = self._path(self._post(f"{path}/check"))
        self.assertEqual(self._path(self._post(f"{path}/check")), first)
        self.assertEqual(self._path(self._get(f"{path}/check")), first)
        self.assertEqual(self._path(self._get(path)), first)
        self.assertEqual(len(self.order.order_line.rma_line_ids), 1)

    def test_first_step_sent_twice_begins_one_request(self):
        path = f"/my/orders/{self.order.id}/return"
        form = {"token": self._token_on(self._get(path)), f"qty_{self._line(self.order, self.chair).id}": "1"}
        self.assertEqual(self._path(self._post(path, **form)), self._path(self._post(path, **form)))
        self.assertEqual(self.env["rma.request"].search_count([("token", "=", form["token"])]), 1)

    def test_going_back_keeps_what_was_said(self):
        path = self._path(self._choose(self.order, {self.chair: "2", self.table: "1"}))
        self._describe(path, comment="Wobbles.")
        request = self._request_of(path)
        page = self._get(f"/my/orders/{self.order.id}/return", token=request.token)
        self.assertRegex(page.text, rf'name="qty_{self._line(self.order, self.chair).id}"[^>]*value="2"')
        self._choose(self.order, {self.chair: "3"}, token=request.token)
        self.assertEqual(request.line_ids.product_id, self.chair)
        self.assertEqual(request.line_ids.product_uom_qty, 3)
        self.assertEqual(request.line_ids.comment, "Wobbles.")

    def test_several_orders_in_one_request(self):
        other = self._sell_and_invoice((self.table, 1))
        page = self._choose(self.order, {self.chair: "1"}, add=other.id)
        self.assertEqual(page.status_code, 200)
        self.assertIn(other.name, page.text)
        self.assertRegex(page.text, rf'name="qty_{self._line(self.order, self.chair).id}"[^>]*value="1"')
        path = self._path(
            self._choose(
                self.order,
                {self.chair: "1"},
                orders=[self.order.id, other.id],
                **{f"qty_{other.order_line.id}": "1"},
            )
        )
        self._describe(path)
        rma = self.env["rma.order"].browse(int(self._path(self._post(f"{path}/check")).rsplit("/", 1)[1]))
        self.assertEqual(rma.line_ids.sale_line_id.order_id, self.order | other)
        self.assertFalse(rma.sale_order_id)

    def test_exchange_for_another_variant(self):
        attribute = self.env["product.attribute"].create(
            {"name": "Colour", "value_ids": [Command.create({"name": name}) for name in ("Red", "Blue")]}
        )
        template = self.env["product.template"].create(
            {
                "name": "Stool",
                "type": "consu",
                "is_storable": True,
                "list_price": 30.0,
                "attribute_line_ids": [
                    Command.create({"attribute_id": attribute.id, "value_ids": [Command.set(attribute.value_ids.ids)]})
                ],
            }
        )
        red, blue = template.product_variant_ids
        self.env["stock.quant"]._update_available_quantity(red, self.stock, 5)
        order = self._sell_and_invoice((red, 1))
        rma = self._ask_online(order, {red: "1"}, operation=self.replace, replacement=blue)
        self.assertEqual(rma.line_ids.replacement_product_id, blue)

    def test_product_that_is_no_longer_offered_in_exchange_is_asked_for_again(self):
        small, _middle, large = self._create_stools()
        order = self._sell_and_invoice((small, 2))
        path = self._path(self._choose(order, {small: "1"}))
        self.assertEqual(self._path(self._describe(path, operation=self.replace, replacement=large)), f"{path}/check")
        large.active = False
        self._post(f"{path}/check")
        self.assertFalse(order.order_line.rma_line_ids)
        self.assertEqual(self._path(self._get(f"{path}/check")), path)

    def test_serial_numbers_are_those_of_the_delivery(self):
        phone = self._create_product("Phone", 300.0, tracking="serial")
        lots = self.env["stock.lot"].create([{"name": f"SN{n}", "product_id": phone.id} for n in range(3)])
        for lot in lots[:2]:
            self.env["stock.quant"]._update_available_quantity(phone, self.stock, 1, lot_id=lot)
        order = self._sell_and_invoice((phone, 2))
        path = self._path(self._choose(order, {phone: "1"}))
        page = self._get(path)
        self.assertIn("SN0", page.text)
        self.assertNotIn("SN2", page.text)
        self._describe(path, lots=lots[1:])
        self.assertEqual(self._request_of(path).line_ids.lot_ids, lots[1])
        self.assertEqual(self._describe(path, lots=lots[:2]).status_code, 200, "two numbers for one unit")

    def test_automatic_approval_reaches_the_website(self):
        self.company.rma_auto_approval_amount = 1000
        self.reason.auto_approve = True
        rma = self._ask_online(self.order, {self.chair: "1"})
        self.assertEqual(rma.state, "approved")
        self.assertTrue(rma.picking_ids)

    # === What is wrong ===

    def test_what_cannot_be_returned_says_why(self):
        service = self._create_product("Assembly", 20.0, on_hand=0, type="service", is_storable=False)
        order = self._sell((self.chair, 2), (self.table, 1), (service, 1))
        self._deliver(order, {self.chair: 2})
        page = self._get(f"/my/orders/{order.id}/return")
        self.assertIn("It has not been delivered yet.", page.text)
        self.assertIn("This is a service. There is nothing to send back.", page.text)
        self.assertNotIn(f'name="qty_{self._line(order, self.table).id}"', page.text)
        self._ask_online(order, {self.chair: "2"})
        page = self._get(f"/my/orders/{order.id}/return")
        self.assertIn("It was already returned, or is part of an open return.", page.text)

    def test_more_than_delivered_gets_the_form_back(self):
        page = self._choose(self.order, {self.chair: "6", self.table: "1"})
        self.assertEqual(page.status_code, 200)
        self.assertIn("Only 5 Units of Chair can be sent back.", page.text)
        self.assertRegex(page.text, rf'name="qty_{self._line(self.order, self.table).id}"[^>]*value="1"')

    def test_numbers_that_are_none_get_the_form_back(self):
        for text in ("abc", "-1", "nan", "1e400", "0.5", "<script>"):
            with self.subTest(text):
                page = self._choose(self.order, {self.chair: text})
                self.assertEqual(page.status_code, 200)
                self.assertIn("Enter a whole number", page.text)
        self.assertIn("Choose what you want to send back", self._choose(self.order, {}).text)

    def test_persian_digits_are_numbers(self):
        path = self._path(self._choose(self.order, {self.chair: "۲"}))
        self.assertEqual(self._request_of(path).line_ids.product_uom_qty, 2)

    def test_reason_that_does_not_fit_the_operation_is_refused(self):
        self.reason.operation_type_ids = self.repair
        path = self._path(self._choose(self.order, {self.chair: "1"}))
        page = self._describe(path, operation=self.refund)
        self.assertEqual(page.status_code, 200)
        self.assertIn("choose one of these: Repair", page.text)
        self.assertEqual(self._path(self._post(f"{path}/check")), path, "sending it anyway leads back")
        self.assertFalse(self.order.order_line.rma_line_ids)

    def test_what_only_staff_may_choose_is_not_taken(self):
        secret = self.env["rma.return.reason"].create({"name": "Staff only", "portal_ok": False})
        path = self._path(self._choose(self.order, {self.chair: "1"}))
        self.assertNotIn("Staff only", self._get(path).text)
        self.assertEqual(self._describe(path, reason=secret).status_code, 200)
        self.assertEqual(self._describe(path, operation=self.refund_keep).status_code, 200)
        self.assertFalse(self._request_of(path).line_ids.operation_type_id)

    def test_quantity_that_somebody_else_took_meanwhile_is_told_when_sending(self):
        path = self._path(self._choose(self.order, {self.table: "2"}))
        self._describe(path)
        self._ask(self.order, (self.table, 1, self.refund)).action_request()
        page = self._post(f"{path}/check")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Only 1 Units of Table can be sent back.", page.text)
        self.assertEqual(len(self.order.order_line.rma_line_ids), 1)

    # === What is not believed ===

    def test_form_cannot_name_product_price_address_or_state(self):
        path = self._path(
            self._choose(
                self.order,
                {self.chair: "1"},
                product_id=self.table.id,
                price_unit="60000",
                product_uom_id=self.env.ref("uom.product_uom_dozen").id,
                partner_id=self.stranger.id,
                partner_shipping_id=self.stranger.id,
                company_id="2",
                state="approved",
            )
        )
        self._describe(path, product_id=self.table, price_unit="60000", state="done")
        rma = self.env["rma.order"].browse(
            int(self._path(self._post(f"{path}/check", state="done", partner_id=self.stranger.id)).rsplit("/", 1)[1])
        )
        self.assertEqual(rma.state, "requested")
        self.assertEqual((rma.partner_id, rma.partner_shipping_id), (self.customer, self.customer))
        line = rma.line_ids
        self.assertEqual((line.product_id, line.product_uom_id), (self.chair, self.chair.uom_id))
        self.assertEqual(line.price_unit, 40.0)

    def test_another_customers_order_cannot_be_returned(self):
        foreign = self._sell_and_invoice((self.chair, 3), partner_id=self.stranger.id)
        self.assertEqual(self._path(self._get(f"/my/orders/{foreign.id}/return")), "/my/returns/new")
        self.assertEqual(self._path(self._get("/my/orders/999999999/return")), "/my/returns/new")
        path = self._path(
            self._choose(
                self.order,
                {self.chair: "1"},
                orders=[self.order.id, foreign.id],
                **{f"qty_{foreign.order_line.id}": "3"},
            )
        )
        self.assertEqual(self._request_of(path).line_ids.sale_line_id, self._line(self.order, self.chair))

    def test_a_request_is_closed_to_everybody_else(self):
        path = self._path(self._choose(self.order, {self.chair: "1"}))
        line = self._request_of(path).line_ids
        self._describe(path, files={f"photos_{line.id}": ("a.jpg", self._picture(), "image/jpeg")})
        photo = line.attachment_ids
        self.assertEqual(self._get(f"{path}/photo/{photo.id}").status_code, 200)
        for login in ("rma_stranger", None):
            with self.subTest(login):
                self.authenticate(login, login)
                self.assertIn(self._path(self._get(path)), ("/returns", "/my/returns"))
                self.assertIn(self._path(self._post(path)), ("/returns", "/my/returns"))
                self.assertIn(self._path(self._post(f"{path}/check")), ("/returns", "/my/returns"))
                self.assertEqual(self._get(f"{path}/photo/{photo.id}").status_code, 404)
                self.assertNotEqual(self._get(f"/web/content/{photo.id}").status_code, 200)
        self.assertFalse(self.order.order_line.rma_line_ids)

    def test_link_of_an_order_alone_does_not_return_it(self):
        self.authenticate(None, None)
        token = self.order._portal_ensure_token()
        response = self._get(f"/my/orders/{self.order.id}/return", access_token=token)
        self.assertEqual(self._path(response), "/web/login")
        page = self._get(f"/my/orders/{self.order.id}", access_token=token)
        self.assertIn(f"/returns?order={self.order.name}", page.text)

    def test_form_without_its_token_is_refused(self):
        path = f"/my/orders/{self.order.id}/return"
        with mute_logger("odoo.http"):
            response = self.url_open(path, data={f"qty_{self.order.order_line[0].id}": "1"}, allow_redirects=False)
        self.assertEqual(response.status_code, 400)

    # === Photos (X7) ===

    def test_reason_that_needs_a_photo_is_refused_without_one(self):
        self.reason.photo_required = True
        path = self._path(self._choose(self.order, {self.chair: "1"}))
        page = self._describe(path)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Add a photo of Chair", page.text)
        line = self._request_of(path).line_ids
        files = {f"photos_{line.id}": ("broken.jpg", self._picture(), "image/jpeg")}
        self.assertEqual(self._path(self._describe(path, files=files)), f"{path}/check")
        rma = self.env["rma.order"].browse(int(self._path(self._post(f"{path}/check")).rsplit("/", 1)[1]))
        photo = rma.line_ids.attachment_ids
        self.assertEqual((photo.res_model, photo.res_id), ("rma.order.line", rma.line_ids.id))
        self.assertEqual(self._get(f"{rma.access_url}/photo/{photo.id}").headers["Content-Type"], "image/jpeg")
        # Staff see it beside the inspection.
        self.assertEqual(rma.with_user(self.rma_user).photo_ids.raw, photo.raw)

    def test_photos_are_private(self):
        path = self._path(self._choose(self.order, {self.chair: "1"}))
        line = self._request_of(path).line_ids
        self._describe(path, files={f"photos_{line.id}": ("a.png", self._picture("PNG"), "image/png")})
        rma = self.env["rma.order"].browse(int(self._path(self._post(f"{path}/check")).rsplit("/", 1)[1]))
        photo = rma.line_ids.attachment_ids
        foreign = self._ask(
            self._sell_and_invoice((self.chair, 1), partner_id=self.stranger.id), (self.chair, 1, self.refund)
        )
        foreign.action_request()
        for login in ("rma_stranger", None):
            with self.subTest(login):
                self.authenticate(login, login)
                for url in (f"{rma.access_url}/photo/{photo.id}", f"/web/image/{photo.id}", f"/web/content/{photo.id}"):
                    response = self._get(url)
                    self.assertNotEqual(response.content, photo.raw)
                # With the token of a return of one's own.
                own = self._get(f"{foreign.access_url}/photo/{photo.id}", access_token=foreign.sudo().access_token)
                self.assertEqual(own.status_code, 404)

    def test_photos_are_known_by_what_they_hold(self):
        path = self._path(self._choose(self.order, {self.chair: "1"}))
        line = self._request_of(path).line_ids
        fakes = {
            "page.jpg": b"<html><script>alert(1)</script></html>",
            "drawing.png": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
            "film.webp": b"RIFF\x00\x00\x00\x00AVI ",
            "old.gif": self._picture("GIF"),
            "half.jpg": self._picture()[:200],
            "empty.jpg": b"",
        }
        for name, content in fakes.items():
            with self.subTest(name):
                files = {f"photos_{line.id}": (name, content, "image/jpeg")}
                page = self._describe(path, files=files, add_photos="1")
                self.assertEqual(page.status_code, 200)
                self.assertIn("is not a photo. Send a JPEG, PNG or WebP image.", page.text)
                self.assertFalse(line.attachment_ids)
        for kind in ("JPEG", "PNG", "WEBP"):
            files = {f"photos_{line.id}": ("photo.exe", self._picture(kind), "application/x-msdownload")}
            self._describe(path, files=files)
        self.assertEqual(sorted(line.attachment_ids.mapped("mimetype")), ["image/jpeg", "image/png", "image/webp"])

    def test_photos_keep_nothing_but_the_picture(self):
        exif = Image.Exif()
        exif[0x0112] = 6  # turned by a quarter
        exif[0x010E] = "taken at home"
        path = self._path(self._choose(self.order, {self.chair: "1"}))
        line = self._request_of(path).line_ids
        content = self._picture(size=(60, 40), exif=exif) + b"<script>hidden</script>"
        self._describe(path, files={f"photos_{line.id}": ("a.jpg", content, "image/jpeg")})
        kept = line.attachment_ids.raw
        self.assertNotIn(b"taken at home", kept)
        self.assertNotIn(b"hidden", kept)
        self.assertEqual(Image.open(io.BytesIO(kept)).size, (40, 60), "it stands upright")

    def test_number_and_size_of_photos_are_limited(self):
        path = self._path(self._choose(self.order, {self.chair: "1"}))
        line = self._request_of(path).line_ids
        files = [(f"photos_{line.id}", (f"{n}.jpg", self._picture(), "image/jpeg")) for n in range(7)]
        page = self._describe(path, files=files)
        self.assertIn("You can add up to 6 photos per product.", page.text)
        self.assertEqual(len(line.attachment_ids), 6)
        page = self._post(path, remove_photo=line.attachment_ids[0].id)
        self.assertEqual(len(line.attachment_ids), 5)
        large = self._picture() + b"\0" * (10 * 1024 * 1024)
        page = self._describe(path, files={f"photos_{line.id}": ("large.jpg", large, "image/jpeg")})
        self.assertIn("is larger than 10 MB", page.text)

    def test_forgotten_requests_take_their_photos_with_them(self):
        path = self._path(self._choose(self.order, {self.chair: "1"}))
        request = self._request_of(path)
        line = request.line_ids
        self._describe(path, files={f"photos_{line.id}": ("a.jpg", self._picture(), "image/jpeg")})
        photo = line.attachment_ids
        self.assertTrue(photo)
        for table in ("rma_request", "rma_request_line"):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET create_date = create_date - interval '2 days', "
                    "write_date = write_date - interval '2 days'",
                    SQL.identifier(table),
                )
            )
        self.env.invalidate_all()
        self.env["rma.request.line"]._transient_vacuum()
        self.env["rma.request"]._transient_vacuum()
        self.assertFalse(request.exists())
        self.assertFalse(photo.exists())
