import io
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from PIL import Image, ImageFile

from ...models.portal import rma_request, rma_request_line
from .common_portal import RmaPortalCase


@tagged("post_install", "-at_install")
class TestQuota(RmaPortalCase):
    """A visitor fills neither the disk nor the processor with what is never sent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 50))

    def _begin(self):
        return self._path(self._choose(self.order, {self.chair: "1"}))

    def _add_photo(self, path, content):
        line = self._request_of(path).line_ids
        return self._describe(path, files={f"photos_{line.id}": ("a.jpg", content, "image/jpeg")}, add_photos="1")

    def test_newest_requests_of_a_visitor_stay_and_older_ones_make_room(self):
        first = self._begin()
        self._add_photo(first, self._picture())
        photo = self._request_of(first).line_ids.attachment_ids
        self.assertTrue(photo)
        paths = [self._begin() for _number in range(rma_request.MAX_OPEN_REQUESTS)]
        self.assertFalse(self._request_of(first))
        self.assertFalse(photo.exists())
        self.assertTrue(all(self._request_of(path) for path in paths))
        self.assertEqual(self._path(self._get(first)), "/my/returns", "whoever goes on with it begins anew")

    def test_requests_of_others_and_sent_ones_do_not_count(self):
        sent = self._ask_online(self.order, {self.chair: "1"})
        self.authenticate("rma_stranger", "rma_stranger")
        foreign_order = self._sell_and_invoice((self.chair, 5), partner_id=self.stranger.id)
        foreign = self._path(self._choose(foreign_order, {self.chair: "1"}))
        self.authenticate("rma_portal", "rma_portal")
        for _number in range(rma_request.MAX_OPEN_REQUESTS + 1):
            self._begin()
        self.assertTrue(self._request_of(foreign))
        self.assertTrue(self.env["rma.request"].search([("rma_id", "=", sent.id)]))

    def test_guest_is_known_by_the_orders_they_proved(self):
        requests = self.env["rma.request"]
        nobody = self.env["res.partner"]
        other = self._sell_and_invoice((self.chair, 5))
        begun = [
            requests._start(f"guest-{number}", order, {order.order_line[:1]: 1.0}, nobody)
            for number, order in enumerate([other] + [self.order] * (rma_request.MAX_OPEN_REQUESTS + 1))
        ]
        self.assertTrue(begun[0].exists(), "another guest")
        self.assertFalse(begun[1].exists())
        self.assertTrue(all(request.exists() for request in begun[2:]))

    def test_photos_of_all_open_requests_together_are_limited(self):
        picture = self._picture()
        with patch.object(rma_request_line, "MAX_OPEN_BYTES", 2 * len(picture) + 300):
            first, second = self._begin(), self._begin()
            self._add_photo(first, picture)
            self.assertNotIn("too large together", self._add_photo(second, picture).text)
            page = self._add_photo(first, picture)
            self.assertIn("too large together", page.text)
        self.assertEqual(len(self._request_of(first).line_ids.attachment_ids), 1)

    def test_picture_is_refused_by_its_pixels_before_it_is_unpacked(self):
        attachments = self.env["ir.attachment"]
        for kind, size in (("PNG", (5000, 4000)), ("WEBP", (5000, 4000)), ("JPEG", (10000, 6000))):
            content = io.BytesIO()
            Image.new("L", size).convert("RGB").save(content, format=kind)
            with (
                self.subTest(kind),
                patch.object(ImageFile.ImageFile, "load", side_effect=AssertionError("unpacked")),
                self.assertRaisesRegex(UserError, "too many pixels"),
            ):
                attachments._prepare_rma_photo_values("a", content.getvalue())

    def test_large_photo_of_a_telephone_is_read_at_a_fraction_of_its_size(self):
        content = io.BytesIO()
        Image.new("RGB", (8000, 6000), "orange").save(content, format="JPEG")
        sizes = []

        def load(picture):
            sizes.append(picture.size)
            return loaded(picture)

        loaded = ImageFile.ImageFile.load
        with patch.object(ImageFile.ImageFile, "load", load):
            values = self.env["ir.attachment"]._prepare_rma_photo_values("a", content.getvalue())
        self.assertLessEqual(max(sizes[0]), 4096)
        self.assertEqual(Image.open(io.BytesIO(values["raw"])).size, (2048, 1536))
