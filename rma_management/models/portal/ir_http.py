from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    """Keep pages of returns out of caches, because their URLs contain access tokens."""

    _inherit = "ir.http"

    @classmethod
    def _post_dispatch(cls, response):
        super()._post_dispatch(response)
        path = request.httprequest.path
        if "/my/returns" in path or path.endswith("/returns") or "/returns/" in path:
            response.headers["Referrer-Policy"] = "no-referrer"
            response.headers["Cache-Control"] = "private, no-store"
