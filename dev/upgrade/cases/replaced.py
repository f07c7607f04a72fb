"""Replacements: by the same product and by another one, on their way, delivered, and called off."""


def by_plan(shop):
    return shop.settle(shop.returned_new((shop.chair, 2, shop.replace)))


def delivered(shop):
    rma = by_plan(shop)
    shop.validate(shop.shipments(rma))
    return rma


def delivered_in_part(shop):
    rma = shop.settle(shop.returned_new((shop.chair, 3, shop.replace)))
    shop.validate(shop.shipments(rma), {shop.chair: 1})
    return rma


def delivered_in_part_and_rest_called_off(shop):
    rma = shop.settle(shop.returned_new((shop.chair, 3, shop.replace)))
    shop.validate(shop.shipments(rma), {shop.chair: 1}, backorder=False)
    return rma


def delivery_called_off(shop):
    rma = by_plan(shop)
    shop.shipments(rma).action_cancel()
    return rma


def delivery_called_off_and_made_again(shop):
    return shop.settle(delivery_called_off(shop))


def delivered_and_returned_again(shop):
    rma = delivered(shop)
    return rma | shop.settle(shop.returned(rma.sale_order_id, (shop.chair, 5, shop.refund)))


def first_part_by_plan_rest_received(shop):
    rma = shop.approve(shop.ask(shop.sold((shop.chair, 5)), (shop.chair, 5, shop.replace)))
    shop.settle(shop.receive(rma, {shop.chair: 2}))
    return shop.receive(rma)


def part_replaced_rest_nothing(shop):
    rma = shop.returned_new((shop.chair, 3, shop.replace))
    return shop.process(rma, {shop.chair: {"qty_replace": 1, "qty_scrap": 3}})


def part_replaced_delivery_called_off(shop):
    rma = part_replaced_rest_nothing(shop)
    shop.shipments(rma).action_cancel()
    return rma


def part_refunded_instead(shop):
    rma = shop.returned_new((shop.chair, 3, shop.replace))
    return shop.process(rma, {shop.chair: {"qty_replace": 1, "qty_refund": 2}}, carrier_id=shop.carrier.id)


def part_refunded_instead_and_delivered(shop):
    rma = part_refunded_instead(shop)
    shop.validate(shop.shipments(rma))
    return rma


def _in_two_steps(shop):
    """Replace from a warehouse that picks goods before it ships them."""
    if not hasattr(shop, "far_warehouse"):
        shop.far_warehouse = shop.env["stock.warehouse"].create(
            {"name": "Far warehouse", "code": "FAR", "delivery_steps": "pick_ship"}
        )
        shop.env["stock.quant"]._update_available_quantity(shop.chair, shop.far_warehouse.lot_stock_id, 100)
    order = shop.sold((shop.chair, 5), warehouse_id=shop.far_warehouse.id)
    return shop.returned(order, (shop.chair, 3, shop.replace))


def in_two_steps(shop):
    return shop.settle(_in_two_steps(shop))


def in_two_steps_picked(shop):
    rma = in_two_steps(shop)
    shop.validate(shop.shipments(rma)[:1])
    return rma


def in_two_steps_picked_in_part(shop):
    rma = in_two_steps(shop)
    shop.validate(shop.shipments(rma)[:1], {shop.chair: 1})
    return rma


def in_two_steps_shipped(shop):
    rma = in_two_steps_picked(shop)
    shop.validate(shop.shipments(rma))
    return rma


def in_two_steps_refunded_in_part(shop):
    rma = shop.process(_in_two_steps(shop), {shop.chair: {"qty_replace": 1, "qty_refund": 2}})
    shop.validate(shop.shipments(rma)[:1])
    return rma


def in_two_steps_picking_called_off(shop):
    rma = in_two_steps(shop)
    shop.shipments(rma)[:1].action_cancel()
    return rma


def in_two_steps_shipping_called_off(shop):
    rma = in_two_steps_picked(shop)
    shop.shipments(rma).action_cancel()
    return rma


# === By another product ===


def _exchange(shop):
    order = shop.sold((shop.chair, 5))
    return shop.returned(order, (shop.chair, 2, shop.replace, {"replacement_product_id": shop.sofa.id}))


def by_another_product_planned(shop):
    return _exchange(shop)


def by_another_product(shop):
    return shop.settle(_exchange(shop))


def by_another_product_delivered_and_invoiced(shop):
    rma = by_another_product(shop)
    order = rma.replacement_sale_order_ids
    shop.deliver(order)
    shop.invoice(order)
    rma.refund_ids.action_post()
    return rma


def by_another_product_in_part_and_shipping_charged(shop):
    rma = shop.returned_new((shop.chair, 4, shop.refund))
    return shop.process(
        rma,
        {
            shop.chair: {
                "qty_refund": 1,
                "exchange": True,
                "replacement_product_id": shop.sofa.id,
                "qty_replace": 2,
            }
        },
        carrier_id=shop.carrier.id,
        charge_shipping=True,
        carrier_price=12.0,
    )


def by_another_product_order_called_off(shop):
    rma = by_another_product(shop)
    rma.replacement_sale_order_ids._action_cancel()
    return rma


def by_another_product_sold_again(shop):
    return shop.settle(by_another_product_order_called_off(shop))


def by_another_product_in_part_order_called_off(shop):
    rma = by_another_product_in_part_and_shipping_charged(shop)
    rma.replacement_sale_order_ids._action_cancel()
    return rma


def by_another_product_credit_note_cancelled(shop):
    rma = by_another_product(shop)
    rma.refund_ids.button_cancel()
    return rma


def by_another_product_both_called_off(shop):
    rma = by_another_product_credit_note_cancelled(shop)
    rma.replacement_sale_order_ids._action_cancel()
    return rma


def by_another_product_quantity_raised(shop):
    rma = by_another_product(shop)
    rma.replacement_sale_order_ids.order_line.product_uom_qty = 3
    return rma


def by_another_product_not_invoiced(shop):
    order = shop.sell((shop.chair, 5))
    shop.deliver(order)
    rma = shop.returned(order, (shop.chair, 2, shop.replace, {"replacement_product_id": shop.sofa.id}))
    return shop.settle(rma)


def by_another_product_called_off_then_refunded(shop):
    rma = by_another_product_in_part_order_called_off(shop)
    return shop.process(rma, {shop.chair: {"exchange": False, "qty_replace": 0}})


def first_by_the_same_then_by_another(shop):
    rma = shop.approve(shop.ask(shop.sold((shop.chair, 5)), (shop.chair, 4, shop.replace)))
    shop.receive(rma, {shop.chair: 2})
    shop.settle(rma)
    shop.receive(rma)
    return shop.process(rma, {shop.chair: {"replacement_product_id": shop.sofa.id}})


def first_by_one_then_by_another(shop):
    order = shop.sold((shop.chair, 5))
    other = {"replacement_product_id": shop.sofa.id}
    rma = shop.approve(shop.ask(order, (shop.chair, 4, shop.replace, other)))
    shop.receive(rma, {shop.chair: 2})
    shop.settle(rma)
    shop.receive(rma)
    return shop.process(rma, {shop.chair: {"replacement_product_id": shop.table.id}})


def first_by_another_then_by_the_same(shop):
    order = shop.sold((shop.chair, 5))
    other = {"replacement_product_id": shop.sofa.id}
    rma = shop.approve(shop.ask(order, (shop.chair, 4, shop.replace, other)))
    shop.receive(rma, {shop.chair: 2})
    shop.settle(rma)
    shop.receive(rma)
    return shop.process(rma, {shop.chair: {"replacement_product_id": shop.chair.id}})
