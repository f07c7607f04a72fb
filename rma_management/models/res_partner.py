from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    rma_count = fields.Integer(
        string="Returns",
        compute="_compute_rma_count",
        groups="rma_management.group_rma_user",
    )

    def _compute_rma_count(self):
        """Count the returns of a customer and all its contacts, as Odoo does for orders."""
        children = self.with_context(active_test=False).search_fetch([("id", "child_of", self.ids)], ["parent_id"])
        counts = self.env["rma.order"]._read_group([("partner_id", "in", children.ids)], ["partner_id"], ["__count"])
        self.rma_count = 0
        for partner, count in counts:
            while partner:
                if partner in self:
                    partner.rma_count += count
                partner = partner.parent_id

    def action_view_rma(self):
        """Open the returns of this customer.

        :return: window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("rma_management.rma_order_action")
        action["domain"] = [("partner_id", "child_of", self.id)]
        action["context"] = {"default_partner_id": self.id}
        return action
