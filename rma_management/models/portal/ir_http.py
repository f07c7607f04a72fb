import re

from odoo import models
from odoo.http import request

# Pages of returns and withdrawals in any language, the first step of a request and old links included.
PAGES = re.compile(r"/(my/returns|my/rmas|returns|withdraw|my/orders/\d+/(return|gift))(/|$)")


class IrHttp(models.AbstractModel):
    """Keep pages of returns out of caches, because their URLs contain access tokens."""

    _inherit = "ir.http"

    @classmethod
    def _post_dispatch(cls, response):
        super()._post_dispatch(response)
        if cls._holds_rma_key():
            response.headers["Referrer-Policy"] = "no-referrer"
            response.headers["Cache-Control"] = "private, no-store"

    @classmethod
    def _holds_rma_key(cls):
        """Return whether the requested address may contain the key of a return or request.

        :rtype: bool
        """
        asked = request.httprequest
        # Links in emails redirect to the page.
        is_link = asked.path.endswith("/mail/view") and asked.args.get("model") == "rma.order"
        return is_link or bool(PAGES.search(asked.path))
