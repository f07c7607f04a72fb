"""Where the goods went: back in stock, to scrap, or nowhere yet; lots and serial numbers; store credit."""

from odoo import Command


def restock_scrap_and_wait(shop):
    rma = shop.returned_new((shop.chair, 3, shop.refund))
    return shop.process(rma, {shop.chair: {"qty_restock": 1, "qty_scrap": 1}})


def all_stays_in_the_returns_location(shop):
    return shop.process(shop.returned_new((shop.chair, 3, shop.refund)), {shop.chair: {"qty_restock": 0}})


def stays_and_rest_received(shop):
    rma = shop.approve(shop.ask(shop.sold((shop.chair, 5)), (shop.chair, 5, shop.refund)))
    shop.receive(rma, {shop.chair: 2})
    shop.process(rma, {shop.chair: {"qty_restock": 1}})
    return shop.receive(rma)


def stays_and_rest_settled(shop):
    return shop.settle(stays_and_rest_received(shop))


def restocked_on_a_chosen_shelf(shop):
    shelf = shop.env["stock.location"].create({"name": "Second choice", "location_id": shop.stock.id})
    rma = shop.returned_new((shop.chair, 3, shop.refund))
    return shop.process(rma, {shop.chair: {"qty_restock": 2, "restock_location_id": shelf.id}})


def scrapped_by_plan(shop):
    operation = shop.make_operation("replace", "Replace and scrap", disposition="scrap")
    return shop.settle(shop.returned_new((shop.chair, 2, operation)))


def nothing_disposed_by_plan(shop):
    return shop.settle(shop.returned_new((shop.chair, 2, shop.replace)))


def return_only(shop):
    return shop.returned_new((shop.chair, 2, shop.return_only))


def return_only_settled(shop):
    return shop.settle(return_only(shop))


def return_only_by_screen(shop):
    return shop.process(return_only(shop), {shop.chair: {"qty_restock": 1, "qty_scrap": 1}})


def return_only_by_screen_stays(shop):
    return shop.process(return_only(shop), {shop.chair: {"qty_restock": 1}})


def return_only_part_received(shop):
    rma = shop.approve(shop.ask(shop.sold((shop.chair, 5)), (shop.chair, 5, shop.return_only)))
    return shop.receive(rma, {shop.chair: 2})


# === Lots and serial numbers ===


def named_lots(shop):
    glue, lots = shop.make_tracked("Glue", "lot", ("A", "B"), each=5)
    order = shop.sold((glue, 6))
    named = {"lot_ids": [Command.set(lots[1].ids)]}
    return shop.settle(shop.returned(order, (glue, 1, shop.refund, named)))


def named_serial_numbers(shop):
    phone, serials = shop.make_tracked("Phone", "serial", ("N1", "N2", "N3"), warranty_months=24)
    named = {"lot_ids": [Command.set(serials[1:].ids)]}
    return shop.returned(shop.sold((phone, 3)), (phone, 2, shop.refund, named))


def named_serial_numbers_decided(shop):
    rma = named_serial_numbers(shop)
    return shop.process(rma, {rma.line_ids.product_id: {"qty_refund": 1, "qty_restock": 1, "qty_scrap": 1}})


def foreign_serial_number(shop):
    phone, _serials = shop.make_tracked("Phone of another shop", "serial", ("F1",))
    foreign = shop.env["stock.lot"].create({"name": "F9", "product_id": phone.id})
    rma = shop.approve(shop.ask(shop.sold((phone, 1)), (phone, 1, shop.refund)))
    move = rma.picking_ids.move_ids
    move.move_line_ids.lot_id = foreign
    move.picked = True
    move.picking_id.with_user(shop.storekeeper).with_context(skip_sms=True).button_validate()
    return rma


def foreign_serial_number_accepted(shop):
    rma = foreign_serial_number(shop)
    rma.line_ids.accept_foreign_lots = True
    return shop.settle(rma)


# === Store credit ===


def store_credit_by_plan(shop):
    return shop.settle(shop.returned_new((shop.chair, 2, shop.store_credit)))


def store_credit_not_settled(shop):
    return shop.returned_new((shop.chair, 2, shop.store_credit))


def store_credit_by_screen(shop):
    rma = shop.returned_new((shop.chair, 5, shop.refund))
    return shop.process(rma, {shop.chair: {"qty_refund": 1, "qty_store_credit": 2, "exchange": True, "qty_replace": 1}})


def store_credit_with_a_fee(shop):
    rma = shop.returned_new((shop.chair, 3, shop.store_credit))
    return shop.process(rma, {shop.chair: {"qty_store_credit": 2}}, refund_fee=5.0)


def store_credit_on_a_gift_card(shop):
    programs = shop.env["loyalty.program"]
    program = programs.create(
        {
            **programs._program_type_default_values()["gift_card"],
            "name": "Gift cards (upgrade)",
            "program_type": "gift_card",
            "communication_plan_ids": [Command.clear()],
        }
    )
    operation = shop.make_operation("store_credit", "On a gift card", store_credit_program_id=program.id)
    return shop.settle(shop.returned_new((shop.chair, 2, operation)))


def store_credit_not_invoiced(shop):
    order = shop.sell((shop.chair, 5))
    shop.deliver(order)
    return shop.settle(shop.returned(order, (shop.chair, 2, shop.store_credit)))


def store_credit_invoiced_in_part(shop):
    order = shop.sell((shop.chair, 5))
    shop.deliver(order, {shop.chair: 1})
    shop.invoice(order)
    shop.deliver(order)
    return shop.process(shop.returned(order, (shop.chair, 3, shop.store_credit)))


def store_credit_taken_back(shop):
    rma = store_credit_by_plan(shop)
    rma.refund_ids.button_draft()
    rma.refund_ids.button_cancel()
    return rma


def store_credit_given_again(shop):
    return shop.settle(store_credit_taken_back(shop))
