"""Inspections with every disposition and worth, before and after they are carried out."""

DISPOSITIONS = ("restock", "refurbish", "scrap", "vendor", "customer", "missing", "wait")


def _received(shop, quantity=5, operation=None):
    return shop.returned(shop.sold((shop.chair, 10)), (shop.chair, quantity, operation or shop.refund))


def _supply(shop):
    vendor = shop.env["res.partner"].create({"name": "Chair factory"})
    shop.env["product.supplierinfo"].create({"partner_id": vendor.id, "product_tmpl_id": shop.chair.product_tmpl_id.id})


def written_down_only(shop):
    rma = _received(shop)
    shop.inspect(rma, ("a", 2), ("c", 1), ("missing", 1))
    return rma


def every_disposition_written_down(shop):
    _supply(shop)
    rma = _received(shop, 7)
    shop.inspect(rma, *(("b", 1, disposition) for disposition in DISPOSITIONS))
    return rma


def every_disposition_carried_out(shop):
    return shop.settle(every_disposition_written_down(shop))


def every_disposition_carried_out_and_sent(shop):
    rma = every_disposition_carried_out(shop)
    shop.validate(shop.shipments(rma))
    return rma


def every_disposition_by_screen(shop):
    return shop.process(every_disposition_written_down(shop))


def every_grade_carried_out(shop):
    rma = _received(shop, 8)
    shop.inspect(rma, *((grade, 1) for grade in shop.grades))
    return shop.settle(rma)


def every_grade_carried_out_and_posted(shop):
    rma = every_grade_carried_out(shop)
    rma.refund_ids.action_post()
    return rma


def lowered_refund_deleted(shop):
    rma = _received(shop, 3)
    shop.inspect(rma, ("c", 2))
    shop.settle(rma)
    rma.refund_ids.unlink()
    return rma


def part_inspected_by_screen(shop):
    rma = _received(shop, 5)
    shop.inspect(rma, ("a", 2), ("junk", 1))
    return shop.process(rma, {shop.chair: {"qty_restock": 3, "qty_scrap": 1}})


def worthless_and_nothing_besides(shop):
    rma = _received(shop, 4)
    shop.inspect(rma, ("wrong", 1), ("junk", 1))
    return shop.process(rma, {shop.chair: {"qty_refund": 1}})


def wrong_item_sent_back(shop):
    rma = _received(shop, 2)
    shop.inspect(rma, ("a", 1), ("wrong", 1))
    shop.settle(rma)
    shop.validate(shop.shipments(rma))
    return rma


def vendor_shipment_called_off(shop):
    rma = _received(shop, 2)
    _supply(shop)
    shop.inspect(rma, ("d", 2, "vendor"))
    shop.settle(rma)
    shop.shipments(rma).action_cancel()
    return rma


def replacement_less_worthless(shop):
    rma = _received(shop, 3, shop.replace)
    shop.inspect(rma, ("a", 2), ("junk", 1))
    return shop.settle(rma)


def repair_less_worthless(shop):
    rma = _received(shop, 3, shop.repair)
    shop.inspect(rma, ("missing", 1))
    return shop.settle(rma)


def inspected_after_settling(shop):
    rma = shop.settle(_received(shop, 3, shop.replace))
    shop.inspect(rma, ("b", 2), ("a", 1))
    return rma


def first_part_inspected_and_settled(shop):
    rma = shop.approve(shop.ask(shop.sold((shop.chair, 10)), (shop.chair, 5, shop.refund)))
    shop.receive(rma, {shop.chair: 2})
    shop.inspect(rma, ("a", 1), ("junk", 1))
    shop.settle(rma)
    return shop.receive(rma)
