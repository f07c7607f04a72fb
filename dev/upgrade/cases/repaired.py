"""Repairs in each of their states, and what was repaired on its way back."""

from odoo import Command


def by_plan(shop):
    return shop.settle(shop.returned_new((shop.chair, 2, shop.repair)))


def confirmed(shop):
    return shop.repair_all(by_plan(shop), until="confirmed")


def under_repair(shop):
    return shop.repair_all(by_plan(shop), until="under_repair")


def waits_to_go_back(shop):
    return shop.repair_all(by_plan(shop))


def sent_back(shop):
    rma = waits_to_go_back(shop)
    shop.validate(shop.shipments(rma))
    return rma


def sent_back_in_part(shop):
    rma = waits_to_go_back(shop)
    shop.validate(shop.shipments(rma), {shop.chair: 1})
    return rma


def sent_back_and_returned_again(shop):
    rma = sent_back(shop)
    return rma | shop.settle(shop.returned(rma.sale_order_id, (shop.chair, 5, shop.refund)))


def cancelled(shop):
    rma = by_plan(shop)
    rma.repair_ids.action_repair_cancel()
    return rma


def cancelled_and_made_again(shop):
    return shop.settle(cancelled(shop))


def cancelled_and_refunded_instead(shop):
    return shop.process(cancelled(shop), {shop.chair: {"qty_repair": 0, "qty_refund": 2}})


def delivery_back_called_off(shop):
    rma = waits_to_go_back(shop)
    shop.shipments(rma).action_cancel()
    return rma


def delivery_back_made_again(shop):
    return shop.settle(delivery_back_called_off(shop))


def part_repaired_part_refunded(shop):
    rma = shop.returned_new((shop.chair, 5, shop.repair))
    return shop.process(rma, {shop.chair: {"qty_refund": 3, "qty_repair": 2}})


def part_repaired_part_refunded_and_back(shop):
    rma = shop.repair_all(part_repaired_part_refunded(shop))
    shop.validate(shop.shipments(rma))
    return rma


def part_repaired_then_cancelled(shop):
    rma = part_repaired_part_refunded(shop)
    rma.repair_ids.action_repair_cancel()
    return rma


def arrived_in_parts(shop):
    rma = shop.approve(shop.ask(shop.sold((shop.chair, 5)), (shop.chair, 5, shop.repair)))
    shop.settle(shop.receive(rma, {shop.chair: 2}))
    return shop.receive(rma)


def of_serial_numbers(shop):
    phone, serials = shop.make_tracked("Phone to repair", "serial", ("R1", "R2", "R3"))
    named = {"lot_ids": [Command.set(serials[1:].ids)]}
    rma = shop.settle(shop.returned(shop.sold((phone, 3)), (phone, 2, shop.repair, named)))
    repair = rma.repair_ids.filtered(lambda repair: repair.lot_id == serials[2])
    repair.action_validate()
    repair.action_repair_start()
    repair.action_repair_end()
    return rma
