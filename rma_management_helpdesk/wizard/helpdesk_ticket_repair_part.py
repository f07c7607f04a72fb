from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

# More than this is a slip of the hand.
MAX_QUANTITY = 10_000


class HelpdeskTicketRepairPart(models.TransientModel):
    """A part or a service that the repair needs.

    Goods become parts of the repair. Services do not: repairs of Odoo use goods only, which are stock moves. Services
    become lines of the repair's quotation, and wait at the repair until there is one.
    """

    _name = "helpdesk.ticket.repair.part"
    _inherit = "rma.window.mixin"
    _description = "Part or Service of a Repair"

    wizard_id = fields.Many2one("helpdesk.ticket.repair", required=True, ondelete="cascade")
    product_id = fields.Many2one(
        "product.product",
        string="Part or Service",
        required=True,
        ondelete="cascade",
        domain="[('type', 'in', ['consu', 'service']), ('service_tracking', '!=', 'repair'), ('sale_ok', '=', True)]",
    )
    type = fields.Selection(related="product_id.type")
    quantity = fields.Float(digits="Product Unit", default=1.0, required=True)
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")

    @api.model
    def _get_guarded_links(self):
        return super()._get_guarded_links() + ["wizard_id", "product_id"]

    def _check(self, company):
        """Refuse what a repair cannot use.

        :param company: `res.company` record of the ticket
        :raise UserError: says what to change
        """
        for part in self:
            product = part.product_id
            # A service of this kind orders another repair when its quotation is confirmed.
            orders_repair = product.type == "service" and product.service_tracking == "repair"
            # A discount is none, either.
            is_other = orders_repair or product.lst_price < 0
            if product.type not in ("consu", "service") or is_other or not product.sale_ok or not product.active:
                raise UserError(
                    self.env._("%s is no part or service that a repair can use. Remove it.", product.display_name)
                )
            if product.company_id and product.company_id not in company.parent_ids:
                raise UserError(
                    self.env._(
                        "%(product)s belongs to another company than the ticket. Remove it.",
                        product=product.display_name,
                    )
                )
            unit = product.uom_id
            if unit.compare(part.quantity, 0) <= 0 or part.quantity > MAX_QUANTITY:
                raise UserError(
                    self.env._(
                        "Enter a quantity of %(product)s between 0 and %(limit)s.",
                        product=product.display_name,
                        limit=unit._format_rma_quantity(MAX_QUANTITY),
                    )
                )

    def _prepare_commands(self):
        """Prepare what these parts and services add to a repair. Override it to carry a field of your own.

        :return: values of `repair.order`
        """
        services = self.filtered(lambda part: part.type == "service")
        return {
            "move_ids": [
                Command.create(
                    {
                        "product_id": part.product_id.id,
                        "product_uom_qty": part.quantity,
                        "product_uom": part.product_uom_id.id,
                        "repair_line_type": "add",
                        "company_id": part.wizard_id.company_id.id,
                    }
                )
                for part in self - services
            ],
            "ticket_service_ids": [
                Command.create({"product_id": part.product_id.id, "quantity": part.quantity}) for part in services
            ],
        }
