"""The shop that every contender is measured in: orders of one line, delivered and invoiced, a customer for each."""

import sys

from odoo import Command

QUANTITY = 3
PRICE = 40.0
TAX = 15.0
REFUND_TOTAL = QUANTITY * PRICE * (1 + TAX / 100)

# Returned before the clock runs, so that no contender pays for what a server does once after it has started.
WARM_UP = 3


def main(env, *sizes):
    """Fill the database for the sizes, and for a warm-up.

    :param sizes: numbers of orders, as strings
    """
    product = _create_product(env)
    for reference, size in [("warm-up", WARM_UP), *((size, int(size)) for size in sizes)]:
        _sell(env(context={**env.context, "tracking_disable": True}), product, reference, size)
        env.cr.commit()
        print(f"  {size} orders", file=sys.stderr)
    # A shop that has been open for a while has been analyzed; a planner that knows nothing would add noise.
    env.cr.execute("ANALYZE")
    env.cr.commit()


def get_orders(env, reference):
    """Give the orders of one size.

    :param reference: the size as a string, or "warm-up"
    :return: `sale.order` records
    """
    return env["sale.order"].search([("client_order_ref", "=", f"bench {reference}")], order="id")


def _create_product(env):
    tax = env["account.tax"].create({"name": "15% (benchmark)", "amount": TAX, "type_tax_use": "sale"})
    return env["product.product"].create(
        {
            "name": "Chair (benchmark)",
            "type": "consu",
            "is_storable": True,
            "invoice_policy": "delivery",
            "list_price": PRICE,
            "standard_price": PRICE / 2,
            "taxes_id": [Command.set(tax.ids)],
        }
    )


def _sell(env, product, reference, size):
    warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)
    env["stock.quant"]._update_available_quantity(product, warehouse.lot_stock_id, size * QUANTITY)
    customers = env["res.partner"].create(
        [{"name": f"Customer {reference}-{number}", "email": f"customer{number}@example.com"} for number in range(size)]
    )
    orders = env["sale.order"].create(
        [
            {
                "partner_id": customer.id,
                "client_order_ref": f"bench {reference}",
                "order_line": [Command.create({"product_id": product.id, "product_uom_qty": QUANTITY})],
            }
            for customer in customers
        ]
    )
    orders.action_confirm()
    pickings = orders.picking_ids
    pickings.action_assign()
    pickings.move_ids.picked = True
    pickings.with_context(skip_backorder=True, skip_sms=True).button_validate()
    orders._create_invoices().action_post()
    lines = orders.order_line
    if not (len(lines) == size and all(line.qty_delivered == line.qty_invoiced == QUANTITY for line in lines)):
        raise AssertionError("the shop is not as it should be: something was not delivered or not invoiced")
