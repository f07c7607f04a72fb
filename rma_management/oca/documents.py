"""Link the transfers and credit notes of OCA's returns, and record what was decided by them."""

from odoo.tools import SQL, groupby

from .keep import kept
from .split import split_move

CLOSED = ("refunded", "returned", "replaced", "finished", "locked")
NOTES = {
    "refunded": "Closed as refunded in OCA rma, without a credit note.",
    "returned": "Sent back to the customer.",
    "replaced": "Closed as replaced in OCA rma.",
    "finished": "Finished in OCA rma.",
    "locked": "Locked in OCA rma.",
}


class Documents:
    """The documents of one return."""

    def __init__(self, env, row, order):
        self.env = env
        self.cr = env.cr
        self.row = row
        self.order = order
        self.line = order.line_ids

    def link(self):
        """Link the documents. Written by SQL: nothing about them changes but who they belong to."""
        if not self.line:
            return
        self.env.flush_all()
        moves = self._link_moves(self._get_receipt(), "receipt")
        for role, deliveries in self._get_deliveries().items():
            moves |= self._link_moves(deliveries, role)
        credit_lines = self._link_credits()
        self.env.invalidate_all()
        moves.modified(["rma_line_id", "rma_role"])
        credit_lines.modified(["rma_line_id"])
        self.env.flush_all()

    def _get_receipt(self):
        """Return the receipt of this return: its part, where OCA split another return, and left the receipt whole."""
        receipt = self.env["stock.move"].browse(self.row["reception_move_id"]).exists()
        if not receipt.rma_line_id:
            return receipt
        quantity = self.line.product_uom_id._compute_quantity(self.line.product_uom_qty, receipt.product_uom)
        part = split_move(receipt, quantity)
        # The other return has received less than it seemed.
        receipt.modified(["quantity", "product_uom_qty"])
        return part - receipt

    def _link_moves(self, moves, role):
        if moves:
            self.cr.execute(
                SQL(
                    "UPDATE stock_move SET rma_line_id = %s, rma_role = %s WHERE id IN %s",
                    self.line.id,
                    role,
                    tuple(moves.ids),
                )
            )
            # A transfer of several returns shows at the first one.
            self._set_order("stock_picking", moves.picking_id.ids)
        return moves

    def _set_order(self, table, ids):
        if ids:
            self.cr.execute(
                SQL(
                    "UPDATE %s SET rma_id = %s WHERE id IN %s AND rma_id IS NULL",
                    SQL.identifier(table),
                    self.order.id,
                    tuple(ids),
                )
            )

    def _get_deliveries(self):
        """Return what OCA delivered for this return, with the later steps of each delivery.

        :return: {role: `stock.move` records}
        """
        self.cr.execute(
            SQL("SELECT is_sent_back, id FROM %s WHERE rma_id = %s ORDER BY id", kept("delivery"), self.row["id"])
        )
        deliveries = {}
        for is_sent_back, found in groupby(self.cr.fetchall(), lambda row: row[0]):
            moves = self.env["stock.move"].browse([move_id for _flag, move_id in found]).exists()
            steps = moves
            while steps := steps.move_dest_ids.filtered(
                lambda move, moves=moves: move not in moves and not move.rma_line_id
            ):
                moves |= steps
            deliveries["sent_back" if is_sent_back else "replacement"] = moves
        return deliveries

    def _link_credits(self):
        self.cr.execute(SQL("SELECT id, move_id FROM %s WHERE rma_id = %s", kept("credit"), self.row["id"]))
        found = self.cr.fetchall()
        lines = self.env["account.move.line"].browse([line_id for line_id, _move_id in found]).exists()
        if lines:
            self.cr.execute(
                SQL("UPDATE account_move_line SET rma_line_id = %s WHERE id IN %s", self.line.id, tuple(lines.ids))
            )
            self._set_order("account_move", lines.move_id.ids)
        return lines

    # === Decisions ===

    def decide(self, catalog):
        """Record what settled the item without a document that our models count: goods that went back as they came,
        another product in place of the returned one, and what was closed with nothing given.

        :param catalog: `Catalog`
        """
        if not self.line:
            return
        line = self.line
        notes = []
        sent_back = line._count(line._get_sent_back_moves())
        notes.append((sent_back, NOTES["returned"]))
        others = line._get_replacement_moves().filtered(lambda move: move.product_id != line.product_id)
        for product, moves in others.grouped("product_id").items():
            quantity = sum(
                move.product_uom._compute_quantity(
                    move.quantity or move.product_uom_qty, line.product_uom_id, raise_if_failure=False
                )
                for move in moves
            )
            notes.append((quantity, f"Replaced by {product.display_name}."))
        if self.row["state"] in CLOSED:
            left = line.product_uom_qty - line._get_qty_credited() - line.qty_replaced - sum(qty for qty, _ in notes)
            reason = catalog.finalizations.get(self.row["finalization_id"])
            notes.append((left, " ".join(filter(None, [NOTES[self.row["state"]], reason]))))
        self._record_nothing(notes)
        if self.row["state"] in CLOSED and line.qty_in_returns:
            self._record("wait", line.qty_in_returns, "OCA rma did not say where the goods went from its location.")

    def _record_nothing(self, notes):
        left = self.line.product_uom_qty - self.line._get_qty_credited() - self.line.qty_replaced
        for quantity, note in notes:
            quantity = min(left, quantity)
            if self.line.product_uom_id.compare(quantity, 0) <= 0:
                continue
            left -= quantity
            self._record("nothing", quantity, note)

    def _record(self, resolution, quantity, note):
        self.env["rma.settlement"]._record(
            [
                {
                    "order_id": self.order.id,
                    "line_id": self.line.id,
                    "resolution": resolution,
                    "quantity": quantity,
                    "user_id": self.row["user_id"] or self.row["write_uid"] or self.env.uid,
                    "date": self.row["write_date"],
                    "note": note,
                }
            ]
        )
