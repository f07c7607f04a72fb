from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestPhotos(RmaCase):
    """Photos are kept as long as the company says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._sell_and_invoice((cls.chair, 5))
        cls.job = cls.env.ref("rma_management.ir_cron_forget_photos")

    def _ask_with_photo(self, closed_days_ago=None):
        rma = self._ask(self.order, (self.chair, 1, self.refund)).sudo()
        photo = self.env["ir.attachment"].create(
            {"name": "a.jpg", "raw": b"x", "res_model": "rma.order.line", "res_id": rma.line_ids.id}
        )
        rma.line_ids.attachment_ids = photo
        if closed_days_ago is not None:
            rma.action_cancel()
            rma.date_closed = fields.Datetime.now() - timedelta(days=closed_days_ago)
        return photo

    def _run(self):
        with self.enter_registry_test_mode():
            self.job.method_direct_trigger()

    def test_photos_are_kept_where_the_company_says_nothing(self):
        photo = self._ask_with_photo(closed_days_ago=5000)
        self._run()
        self.assertTrue(photo.exists())

    def test_photos_of_returns_closed_long_ago_are_deleted(self):
        self.company.rma_photo_days = 30
        old = self._ask_with_photo(closed_days_ago=31)
        new = self._ask_with_photo(closed_days_ago=29)
        still_open = self._ask_with_photo()
        rma = self.env["rma.order.line"].browse(old.res_id).order_id
        self._run()
        self.assertFalse(old.exists())
        self.assertEqual((new | still_open).exists(), new | still_open)
        self.assertIn("photos were deleted", rma.message_ids[:1].body)
