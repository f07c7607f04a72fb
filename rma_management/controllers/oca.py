from odoo.http import request, route

from .portal import RmaPortal


class RmaOfOca(RmaPortal):
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
        """Lead to the page of a return, if the visitor may see it. To others all numbers look the same.

        :param rma_id: ID that the return had in OCA's rma
        :param access_token: token of the link in a mail
        :return: a redirection
        """
        # Who may see what is found is asked below.
        order = request.env["rma.order"].sudo().search([("oca_rma_id", "=", rma_id)], limit=1) if rma_id else None
        seen = order and self._get_return(order.id, access_token)
        return request.redirect(self._get_return_url(seen, access_token) if seen else "/my/returns")
