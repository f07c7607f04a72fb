from odoo.http import Controller, request, route


class RmaPortal(Controller):
    @route("/my/returns/<int:return_id>", type="http", auth="user", website=True, readonly=True)
    def portal_return(self, return_id, **kwargs):
        """Open the return that the QR code of a slip names, for staff at the receiving desk.

        :param return_id: id of an `rma.order`
        :return: redirection to the return in the back end, or to the customer's own page
        """
        if request.env.user._is_internal():
            return request.redirect(f"/odoo/returns/{return_id}")
        return request.redirect("/my")
