from odoo.http import Controller, request, route


class RmaPolicyPage(Controller):
    """Show customers what can be returned, as the rules of the return policy say it."""

    @route("/returns/policy", type="http", auth="public", website=True, methods=["GET"], readonly=True, sitemap=True)
    def return_policy(self, **kwargs):
        """Show the return policy of this website.

        :return: the page
        """
        # Visitors have no access to rules; these are the ones that are meant for them.
        rules = request.env["rma.policy.rule"].sudo()._get_public_rules(request.website)
        return request.render("rma_management.return_policy", {"page_name": "return_policy", "rules": rules})
