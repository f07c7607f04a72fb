from urllib.parse import urlencode

from odoo.http import Controller, request, route


class RmaOfOca(Controller):
    """Lead the links of OCA's rma, which customers have in their emails, to the pages of today."""

    @route(
        ["/my/rmas", "/my/rmas/page/<int:page>"], type="http", auth="public", website=True, readonly=True, sitemap=False
    )
    def old_returns(self, page=1, **kwargs):
        """Lead to the customer's returns.

        :param page: page of the former list
        :return: a redirection
        """
        return request.redirect("/my/returns")

    @route("/my/rmas/<int:rma_id>", type="http", auth="public", website=True, readonly=True, sitemap=False)
    def old_return(self, rma_id, access_token=None, **kwargs):
        """Lead to the page of a return, which asks for the key of the link.

        :param rma_id: ID that the return had in OCA's rma
        :param access_token: token of the link in a mail
        :return: a redirection
        """
        # A number tells nothing: the page of the return says who may see it.
        order = request.env["rma.order"].sudo().search([("oca_rma_id", "=", rma_id)], limit=1)
        if not rma_id or not order:
            return request.redirect("/my/returns")
        parameters = {"access_token": access_token} if access_token else {}
        return request.redirect(f"/my/returns/{order.id}" + (f"?{urlencode(parameters)}" if parameters else ""))
