"""What is called otherwise, or told otherwise, in the version that is built now and in the released one.

All that knows of both versions is here. What is new on the left, what it was in the released version on the right.
"""

RENAMED = {
    "qty_repair_ordered": "qty_in_repair",
    "qty_without_receipt": "qty_missing",
    "refund_percent": "refund_share",
}
# Decisions that were fields of a returned product. They are compared by `get_decisions`.
REPLACED = {
    "decided_refund_qty",
    "decided_replace_qty",
    "decided_repair_qty",
    "decided_return_only_qty",
    "decided_store_credit_qty",
    "decided_wait_qty",
}


def get_name(old_name):
    """Give the name that a field has now.

    :rtype: str
    """
    return {old: new for new, old in RENAMED.items()}.get(old_name, old_name)


def get_decisions(line):
    """Tell what people decided about a returned product, carried out or not.

    :param line: `rma.order.line` record
    :return: {decision: quantity in the unit of measure of the line}
    """
    if "rma.settlement" not in line.env:
        quantities = {name.split("_", 1)[1].removesuffix("_qty"): line[name] for name in REPLACED}
        quantities["nothing"] = quantities.pop("return_only")
        return {decision: quantity for decision, quantity in quantities.items() if quantity}
    quantities = {}
    for decision in line.settlement_ids:
        # What an inspection found worth nothing is told by the inspection.
        if decision._is_binding() and not decision.inspection_id:
            quantity = decision.quantity - decision.qty_revoked
            quantities[decision.resolution] = quantities.get(decision.resolution, 0.0) + quantity
    return {decision: quantity for decision, quantity in quantities.items() if quantity}


def get_due(line):
    """Tell what would be settled now, by each way.

    :param line: `rma.order.line` record
    :return: {resolution: quantity in the unit of measure of the line}
    """
    if "rma.resolution" not in line.env:
        due = {resolution: getattr(line, f"_due_{resolution}")() for resolution in line._get_resolutions()}
    else:
        resolutions = line.env["rma.resolution"]._get_all()
        due = {resolution._get_value(): resolution._get_qty_due(line) for resolution in resolutions}
    return {resolution: quantity for resolution, quantity in due.items() if quantity}
