from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError


class RmaOrderLine(models.Model):
    """Limit returned quantities to what was delivered."""

    _inherit = "rma.order.line"

    # === Lines made by hand ===

    @api.onchange("sale_line_id", "move_id")
    def _onchange_sale_line_id(self):
        """Fill in empty fields, as for lines created elsewhere."""
        if self.sale_line_id or self.move_id:
            # Returns staff may not have access to every order, but its products can be returned.
            values = self.sudo().sale_line_id._prepare_rma_line_values(
                self.product_uom_qty, product=self.product_id, move=self.sudo().move_id
            )
            self.update({name: value for name, value in values.items() if not self[name]})

    @api.model
    def _add_sale_line_values(self, vals_list):
        """Complete the values of lines that name what they come back from: what is given stays.

        :param vals_list: list of values of `rma.order.line`
        :return: list of values
        """
        # Returns staff may not have access to every order. The customer is checked when the line is created.
        sale_lines, moves, products = (
            {
                record.id: record
                for record in self.env[model].sudo().browse({vals[name] for vals in vals_list if vals.get(name)})
            }
            for model, name in (
                ("sale.order.line", "sale_line_id"),
                ("stock.move", "move_id"),
                ("product.product", "product_id"),
            )
        )
        completed = []
        for vals in vals_list:
            move = moves.get(vals.get("move_id"))
            sale_line = sale_lines.get(vals.get("sale_line_id"), move and move.sale_line_id)
            if sale_line or move:
                defaults = sale_line._prepare_rma_line_values(
                    vals.get("product_uom_qty", 1.0), product=products.get(vals.get("product_id")), move=move
                )
                vals = {**defaults, **vals}
            completed.append(vals)
        return completed

    # === Quantities ===

    @api.model
    def _get_products_reserved(self, sale_lines, ignored_lines=None):
        """Return quantities reserved without a stock move: requested returns, goods the customer keeps, and those
        whose receipt is still to be created.

        :param sale_lines: `sale.order.line` records
        :param ignored_lines: `rma.order.line` records that do not count
        :return: {sales order line: {product: quantity in its unit of measure}}
        """
        reserved = defaultdict(lambda: defaultdict(float))
        # Returns of other users reserve quantities, too.
        lines = self.sudo().search(
            [
                ("sale_line_id", "in", sale_lines.ids),
                ("id", "not in", ignored_lines.ids if ignored_lines else []),
                "|",
                "|",
                ("state", "=", "requested"),
                "&",
                ("state", "in", ("approved", "processing", "done")),
                ("operation_type_id.receipt_policy", "=", "none"),
                "&",
                ("state", "in", ("approved", "processing")),
                ("operation_type_id.receipt_creation", "=", "manual"),
            ]
        )
        for line in lines:
            by_hand = line.state != "requested" and line.operation_type_id.receipt_policy != "none"
            quantity = line.qty_without_receipt if by_hand else line.product_uom_qty
            for product, per_unit in line._get_components().items():
                reserved[line.sale_line_id][product] += quantity * per_unit
        return reserved

    def _check_quantities(self, missing_only=False):
        """Lock the deliveries of these lines, and refuse more than is left of them.

        :param missing_only: count only what neither arrived nor is expected, instead of all that was requested
        :raise UserError: names the product, the order and what can still be returned
        """
        # Quantities are counted over all returns and deliveries, whatever the user's access.
        lines = self.sudo()
        sale_lines = lines.sale_line_id
        deliveries = sale_lines._get_rma_deliveries()
        origins = lines.move_id.union(*deliveries.values())
        origins._lock_as_return_origin()
        returnable = sale_lines._get_products_returnable(ignored_lines=lines)
        asked = defaultdict(lambda: defaultdict(float))
        for line in lines.filtered("sale_line_id"):
            quantity = line.qty_without_receipt if missing_only else line.product_uom_qty
            for product, per_unit in line._get_components().items():
                asked[line.sale_line_id][product] += quantity * per_unit
        for line in lines.filtered("sale_line_id"):
            left = returnable[line.sale_line_id]
            if any(
                product.uom_id.compare(asked[line.sale_line_id][product], left[product]) > 0
                for product in line._get_components()
            ):
                raise UserError(line._get_excess_message(asked[line.sale_line_id], left))
        lines._check_move_quantities(missing_only)

    def _get_excess_message(self, asked, left):
        """Return the message that more is requested than can still be returned.

        :param asked: {product: quantity in its unit of measure} that is asked back of the order line
        :param left: {product: quantity in its unit of measure} that can still be returned of it
        :rtype: str
        """
        self.ensure_one()
        sale_line = self.sale_line_id
        unit = self.product_uom_id
        quantity, returnable = self._count_products(asked), self._count_products(left)
        if self.product_id == sale_line.product_id:
            unit = sale_line.product_uom_id
            quantity = self.product_uom_id._compute_quantity(quantity, unit)
            returnable = self.product_uom_id._compute_quantity(returnable, unit, round=False)
            returnable = sale_line._round_qty_returnable(returnable, sale_line._get_rma_components())
        return self.env._(
            "You want to return %(quantity)s %(unit)s of %(product)s, but only %(returnable)s %(unit)s of order "
            "%(order)s can still be returned. The rest was not delivered, was already returned, or is reserved by "
            "another return.",
            quantity=unit._format_rma_quantity(quantity),
            unit=unit.name,
            product=self.product_id.display_name,
            returnable=unit._format_rma_quantity(max(0.0, returnable)),
            order=self.sale_line_id.order_id.name,
        )

    def _check_move_quantities(self, missing_only):
        """Refuse more than what is left of the chosen delivery, for lines with one."""
        lines = self.filtered("move_id")
        left = lines.move_id._get_qty_returnable()
        others = self.search(
            [("move_id", "in", lines.move_id.ids), ("state", "=", "requested"), ("id", "not in", self.ids)]
        )
        for line in others | lines:
            product = line.product_id
            left[line.move_id] -= line.product_uom_id._compute_quantity(
                line.qty_without_receipt if missing_only and line in lines else line.product_uom_qty,
                product.uom_id,
                round=False,
            )
            if line in lines and product.uom_id.compare(left[line.move_id], 0) < 0:
                raise UserError(
                    self.env._(
                        "The quantity of %(product)s exceeds what can still be returned from %(delivery)s. Lower the "
                        "quantity, or leave the delivery empty.",
                        product=product.display_name,
                        delivery=line.move_id.reference,
                    )
                )

    # === Before a request ===

    def _check_complete(self):
        """Refuse lines that are incomplete for approval, or refused by the return policy.

        :raise UserError: names the return, the product and what is missing
        """
        for line in self._with_policy_facts():
            missing = line._get_missing() or line._get_standing_refusal()
            if missing:
                raise UserError(
                    self.env._(
                        "%(return)s, %(product)s: %(missing)s",
                        **{
                            "return": line.order_id.name,
                            "product": line.product_id.display_name,
                            "missing": missing,
                        },
                    )
                )

    def _get_policy_refusal(self):
        """Return why the return policy refuses this line, overridden or not.

        :return: sentence, empty if allowed
        """
        self.ensure_one()
        # Returns staff may not have access to every order.
        sale_line = self.sale_line_id.sudo()
        quantity = self.product_uom_qty
        if sale_line.product_id == self.product_id:
            quantity = self.product_uom_id._compute_quantity(quantity, sale_line.product_uom_id, round=False)
        return sale_line._get_policy_refusal(
            quantity,
            product=self.product_id,
            reason=self.reason_id,
            operation_type=self.operation_type_id,
            rma_line=self,
        )

    def _get_missing(self):
        """Return what this line lacks before it can be requested or approved.

        :return: sentence, empty where nothing is missing
        """
        self.ensure_one()
        if not self.reason_id:
            return self.env._("Choose a return reason.")
        if not self.operation_type_id:
            return self.env._("Choose a resolution.")
        if not self.sale_line_id and not self.move_id and not self.order_id._user_is_manager():
            return self.env._(
                "Choose the sales order that delivered it. Only a returns manager can accept goods sold elsewhere."
            )
        if self.lot_ids and self.product_id.tracking == "serial" and self._has_wrong_lot_count():
            return self.env._("Enter as many serial numbers as units, or none.")
        foreign = self.lot_ids and self.lot_ids - self._get_delivered_lots()
        if foreign:
            return self.env._(
                "%s was not delivered for this order, or is already being returned.",
                ", ".join(foreign.mapped("name")),
            )
        if "stated_condition" in self._get_policy_verdict().unknown:
            return self.env._("State the condition of the product: the return policy depends on it.")
        return ""

    def _has_wrong_lot_count(self):
        uom = self.product_id.uom_id
        return uom.compare(self.product_uom_id._compute_quantity(self.product_uom_qty, uom), len(self.lot_ids))

    def _get_delivered_lots(self):
        """Return the lots that this line may name.

        :return: `stock.lot` records
        """
        self.ensure_one()
        if not self.sale_line_id and not self.move_id:
            return self.lot_ids
        left = self._get_origin_moves()._get_lots_returnable()
        lots = self.env["stock.lot"].union(*(lot for lot, quantity in left.items() if quantity > 0))
        if self.product_id.tracking == "serial":
            # A serial number exists once: another line that names it comes first.
            others = self.sudo().search([("lot_ids", "in", lots.ids), ("state", "=", "requested")])
            lots -= ((others | self.order_id.line_ids) - self).lot_ids
        return lots

    def _get_origin_moves(self):
        """Return the deliveries that this line can come back from, the newest first.

        :return: `stock.move` records
        """
        self.ensure_one()
        return self._get_origin_moves_by_line()[self]

    def _get_origin_moves_by_line(self):
        """Return the deliveries that each line can come back from, the newest first.

        :return: {line: `stock.move` records}
        """
        # Returns staff may not have access to every delivery.
        lines = self.sudo()
        deliveries = lines.filtered(lambda line: not line.move_id).sale_line_id._get_rma_deliveries()
        return {line: line.sudo().move_id or deliveries[line.sudo().sale_line_id] for line in self}
