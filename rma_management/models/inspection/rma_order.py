from odoo import api, fields, models
from odoo.exceptions import UserError


class RmaOrder(models.Model):
    """The inspection of a return: its results, counted by hand or with a scanner."""

    _name = "rma.order"
    _inherit = ["rma.order", "barcodes.barcode_events_mixin"]

    inspection_ids = fields.One2many(
        "rma.inspection",
        "order_id",
        string="Inspection Results",
        groups="base.group_user",
        help="Condition of the received goods.",
    )
    can_inspect = fields.Boolean(compute="_compute_can_inspect")
    warning_foreign_lots = fields.Char(compute="_compute_warning_foreign_lots")

    @api.depends("state", "line_ids.qty_received")
    def _compute_can_inspect(self):
        for order in self:
            order.can_inspect = order.state in ("processing", "done") and any(order.line_ids.mapped("qty_received"))

    @api.depends("line_ids.foreign_lot_ids", "line_ids.accept_foreign_lots")
    def _compute_warning_foreign_lots(self):
        for order in self:
            lines = order.line_ids.filtered(lambda line: line.tracking != "none" and not line.accept_foreign_lots)
            order.warning_foreign_lots = ", ".join(lines.foreign_lot_ids.mapped("name"))

    def action_inspect(self):
        """Open the inspection of this return.

        :return: window action
        :raise UserError: when nothing has arrived
        """
        self.ensure_one()
        if not self.can_inspect:
            raise UserError(self.env._("Nothing of %s has arrived yet. Receive the goods first.", self.name))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Inspect %s", self.name),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.env.ref("rma_management.rma_order_view_form_inspection").id, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def on_barcode_scanned(self, barcode):
        """Add one unit of a scanned product, lot or serial number to its inspection result.

        :param barcode: str
        :return: warning for the user, if the barcode matches nothing received
        """
        line, lot = self._find_scanned(barcode)
        if not line:
            return {
                "warning": {
                    "title": self.env._("Not part of this return"),
                    "message": self.env._("No received product has the barcode %s.", barcode),
                }
            }
        results = self.inspection_ids.filtered(lambda result: result.line_id == line and not result.is_done)
        result = results.filtered(lambda result: result.lot_id == lot)[-1:]
        if result and line.product_id.tracking == "serial":
            return {
                "warning": {
                    "title": self.env._("Already counted"),
                    "message": self.env._("%s was already scanned. A serial number counts only once.", barcode),
                }
            }
        if result:
            result.quantity += 1
        else:
            values = {"line_id": line.id, "lot_id": lot.id, "quantity": 1.0}
            self.inspection_ids += self.env["rma.inspection"].new(values)
        return None

    def _find_scanned(self, barcode):
        """Return the item and lot of a barcode, among what was received with this return.

        :param barcode: str
        :return: `rma.order.line` and `stock.lot` records, empty if nothing matches
        """
        lines = self._origin.line_ids.filtered("qty_received")
        for line in lines:
            lot = line.received_lot_ids.filtered(lambda lot: lot.name == barcode)[:1]
            if lot:
                return line, lot
        line = lines.filtered(lambda line: line.product_id.barcode == barcode)[:1]
        return line, self.env["stock.lot"]

    @api.model
    def find_by_barcode(self, barcode):
        """Return the return that a slip belongs to.

        :param barcode: what a scanner read: the number of the return, or the address in the QR code of its slip
        :return: id of the return, or False; returns that the user may not see are not found
        """
        number = (barcode or "").strip()
        _site, found, end = number.partition("/my/returns/")
        if found:
            identifier = end.split("?")[0].split("/")[0]
            return identifier.isdecimal() and self.search([("id", "=", int(identifier))], limit=1).id
        return bool(number) and self.search([("name", "=", number)], limit=1).id
