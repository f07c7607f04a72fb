"""Kits that come back whole, in part, or by a single part."""


def _bikes(shop):
    if not hasattr(shop, "bike"):
        shop.frame = shop.make_product("Frame", 100.0)
        shop.wheel = shop.make_product("Wheel", 30.0)
        shop.bike = shop.make_kit("Bike", 200.0, frame=1, wheel=2)
    return shop.sold((shop.bike, 3))


def _part(shop, quantity, operation):
    order = _bikes(shop)
    line = {"sale_line_id": order.order_line.id}
    return shop.receive(shop.approve(shop.ask(order, (shop.wheel, quantity, operation, line))))


def whole_received(shop):
    return shop.returned(_bikes(shop), (shop.bike, 2, shop.refund))


def whole_refunded(shop):
    return shop.settle(whole_received(shop))


def whole_decided(shop):
    return shop.process(
        whole_received(shop), {shop.bike: {"qty_refund": 1, "qty_repair": 1, "qty_restock": 1, "qty_scrap": 0}}
    )


def whole_replaced(shop):
    return shop.settle(shop.returned(_bikes(shop), (shop.bike, 2, shop.replace)))


def half_received(shop):
    rma = shop.approve(shop.ask(_bikes(shop), (shop.bike, 2, shop.refund)))
    shop.receive(rma, {shop.frame: 2, shop.wheel: 2})
    return shop.settle(rma)


def part_taken_back(shop):
    return shop.settle(_part(shop, 1, shop.return_only))


def part_replaced(shop):
    return shop.settle(_part(shop, 2, shop.replace))


def part_replaced_and_delivered(shop):
    rma = part_replaced(shop)
    shop.validate(shop.shipments(rma))
    return rma


def part_repaired(shop):
    return shop.repair_all(shop.settle(_part(shop, 1, shop.repair)))


def part_with_nothing_given(shop):
    return shop.process(_part(shop, 2, shop.replace), {shop.wheel: {"qty_replace": 1}})
