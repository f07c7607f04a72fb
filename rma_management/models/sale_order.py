from urllib.parse import urlencode

from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    rma_ids = fields.Many2many(
        "rma.order",
        string="Returns",
        compute="_compute_rma_ids",
        search="_search_rma_ids",
        groups="rma_management.group_rma_user",
    )
    rma_count = fields.Integer(
        string="Return Count", compute="_compute_rma_ids", groups="rma_management.group_rma_user"
    )
    rma_line_ids = fields.Many2many(
        "rma.order.line",
        string="Returned Products",
        compute="_compute_rma_ids",
        groups="rma_management.group_rma_user",
    )
    rma_can_return = fields.Boolean(compute="_compute_rma_can_return")

    def _compute_rma_ids(self):
        """Compute the returns of this order, and the return that this order is the replacement for."""
        for order in self:
            order.rma_line_ids = order.order_line.rma_line_ids
            order.rma_ids = (
                order.rma_line_ids.order_id
                | order.order_line.rma_line_id.order_id
                | self.env["rma.order"].search([("sale_order_id", "in", order._origin.ids)])
            )
            order.rma_count = len(order.rma_ids)

    def _search_rma_ids(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        lines = self.env["rma.order.line"].search([("order_id", operator, value)])
        return [
            "|",
            ("order_line", "in", lines.sale_line_id.ids),
            ("order_line.rma_line_id", "in", lines.ids),
        ]

    @api.depends("order_line.qty_delivered")
    def _compute_rma_can_return(self):
        for order in self:
            order.rma_can_return = any(line.qty_returnable > 0 for line in order.order_line)

    def action_view_rma(self):
        """Open the returns of this order.

        :return: window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("rma_management.rma_order_action")
        if len(self.rma_ids) == 1:
            action.update(views=[(False, "form")], res_id=self.rma_ids.id)
        else:
            action["domain"] = [("id", "in", self.rma_ids.ids)]
        action["context"] = {}
        return action

    def action_create_rma(self):
        """Open the wizard that creates a return of this order.

        :return: window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("rma_management.rma_create_from_order_action")
        action["context"] = {"default_sale_order_id": self.id}
        return action

    def _get_return_url(self, user, line=None):
        """Return the URL where a website visitor requests a return of this order.

        :param user: `res.users` record of the visitor
        :param line: `sale.order.line` record to begin with
        :rtype: str
        """
        self.ensure_one()
        if user._is_public():
            # Visitors with only a link to the order must verify that they are the customer.
            return f"/returns?{urlencode({'order': self.name})}"
        return f"/my/orders/{self.id}/return" + (f"?line={line.id}" if line else "")

    def _prepare_rma_values(self):
        """Prepare the header of a return of this order. Lines are left to the caller.

        :return: values of `rma.order`
        """
        self.ensure_one()
        return {
            "partner_id": self.partner_id.id,
            "partner_shipping_id": self.partner_shipping_id.id,
            "sale_order_id": self.id,
            "company_id": self.company_id.id,
        }
