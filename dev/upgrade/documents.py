"""What the documents of a return say, whatever their numbers are."""

import json

# What is told of each kind of document, and of its lines.
TOLD = {
    "credit notes": (
        lambda order: order.refund_ids,
        ["state", "payment_state", "amount_untaxed", "amount_total", "amount_residual", "reversed_entry_id"],
        lambda document: document.invoice_line_ids,
        ["product_id", "quantity", "product_uom_id", "price_subtotal", "price_total", "discount"],
    ),
    "replacement orders": (
        lambda order: order.replacement_sale_order_ids,
        ["state", "amount_total", "invoice_status", "partner_id", "carrier_id"],
        lambda document: document.order_line,
        ["product_id", "product_uom_qty", "product_uom_id", "price_unit", "qty_delivered", "qty_invoiced"],
    ),
    "transfers": (
        lambda order: order.picking_ids,
        ["state", "picking_type_id", "partner_id", "carrier_id", "date_done"],
        lambda document: document.move_ids,
        [
            "state",
            "product_id",
            "product_uom_qty",
            "quantity",
            "product_uom",
            "location_id",
            "location_dest_id",
            "to_refund",
            "lot_ids",
        ],
    ),
    "repairs": (
        lambda order: order.repair_ids,
        ["state", "product_id", "product_qty", "product_uom", "lot_id", "under_warranty"],
        lambda document: document.move_ids,
        ["state", "product_id", "quantity"],
    ),
    "scraps": (
        lambda order: order.scrap_ids,
        ["state", "product_id", "scrap_qty", "product_uom_id", "location_id", "scrap_location_id", "lot_id"],
        lambda document: document.move_ids,
        ["state", "product_id", "quantity"],
    ),
    "cards": (
        lambda order: order.loyalty_card_ids,
        ["program_id", "partner_id", "points"],
        lambda document: document.history_ids,
        ["issued", "used"],
    ),
}  # fmt: skip

SUMMED = {"quantity", "product_uom_qty", "price_subtotal", "price_total", "qty_delivered", "qty_invoiced"}


def describe_documents(order, snapshot):
    """Tell the documents of a return.

    :param order: `rma.order` record
    :param snapshot: `Snapshot` that makes plain values
    :return: {kind: list of documents, in an order that does not hang on their numbers}
    """
    found = {}
    for kind, (get_documents, told, get_lines, told_of_lines) in TOLD.items():
        documents = [
            {
                **snapshot.describe(document, told),
                "lines": _sort(_merge(snapshot.describe(line, told_of_lines) for line in get_lines(document))),
            }
            for document in get_documents(order)
        ]
        found[kind] = _sort(documents)
    return found


def _merge(lines):
    """Sum up lines that tell the same: each decision has a line of its own, that was one before."""
    merged = {}
    for line in lines:
        key = json.dumps({name: value for name, value in line.items() if name not in SUMMED}, sort_keys=True)
        total = merged.setdefault(key, {**line, **{name: 0.0 for name in SUMMED if name in line}})
        for name in SUMMED & set(line):
            total[name] = round(total[name] + line[name], 6)
    return merged.values()


def _sort(rows):
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True, default=str))
