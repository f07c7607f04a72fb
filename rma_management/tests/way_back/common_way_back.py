import time
import uuid
from datetime import timedelta

from odoo.addons.rma_management.controllers.website import SESSION_ORDERS
from odoo.http import root
from odoo.tests import tagged

from ..portal.common_portal import RmaPortalCase

EVERY_DAY = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), True)


@tagged("post_install", "-at_install")
class RmaWayBackCase(RmaPortalCase):
    """A shop that takes goods back in four ways."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._stop_clock()
        # Those of the demo data are none of ours.
        cls.env["rma.return.method"].search([]).active = False
        cls.own, cls.drop_off, cls.pick_up, cls.store = cls.env["rma.return.method"].create(
            [
                {"name": "By post", "sequence": 1, "kind": "own"},
                {"name": "Parcel shop", "sequence": 2, "kind": "drop_off", "instructions": "Any parcel shop will do."},
                {"name": "At your door", "sequence": 3, "kind": "pick_up", "notice_days": 2, **EVERY_DAY},
                {
                    "name": "Our store",
                    "sequence": 4,
                    "kind": "store",
                    "address_id": cls.env["res.partner"].create({"name": "Quay Store", "street": "3 Quay"}).id,
                },
            ]
        )
        cls.order = cls._sell_and_invoice((cls.chair, 5))

    def _reach_last_step(self, visitor=None, operation=None):
        """Begin a request for one chair, as the first two steps leave it.

        :return: path of the request
        """
        line = self._line(self.order, self.chair)
        visitor = self.customer if visitor is None else visitor
        request = self.env["rma.request"]._start(str(uuid.uuid4()), self.order, {line: 1}, visitor)
        operation = operation or self.refund
        request.line_ids.write({"reason_id": self.reason.id, "operation_type_id": operation.id})
        return f"/returns/request/{request.token}"

    def _send(self, path, method=None, day=None):
        """Send a request with what was chosen.

        :return: response
        """
        form = {}
        if method:
            form["return_method"] = method.id
            form[f"pickup_date_{method.id}"] = (day and str(day)) or ""
        return self._post(f"{path}/check", **form)

    def _prove(self, order):
        """Let the session in as if it had proved an order as a guest."""
        self.session[SESSION_ORDERS] = {str(order.id): time.time() + 3600}
        root.session_store.save(self.session)

    def _sent(self, response):
        """Return the return that a response leads to."""
        return self.env["rma.order"].browse(int(self._path(response).rsplit("/", 1)[1]))

    def _day(self, days):
        """Return a day that many days from today."""
        return self.env.cr.now().date() + timedelta(days=days)
