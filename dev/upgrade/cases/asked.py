"""Returns that are asked for, approved, refused, called off, or on their way."""

from odoo import Command


def draft(shop):
    return shop.ask(shop.sold((shop.chair, 5)), (shop.chair, 2, shop.refund))


def draft_of_several_products(shop):
    order = shop.sold((shop.chair, 5), (shop.table, 2))
    return shop.ask(
        order,
        (shop.chair, 2, shop.refund, {"comment": "The back is broken."}),
        (shop.table, 1, shop.replace, {"replacement_product_id": shop.sofa.id}),
        customer_note="Please be quick.",
        customer_reference="PO 4711",
    )


def requested(shop):
    rma = shop.ask(shop.sold((shop.chair, 5)), (shop.chair, 2, shop.refund))
    rma.with_user(shop.clerk).action_request()
    return rma


def first_of_two_approvals(shop):
    shop.company.rma_second_approval_amount = 100.0
    rma = shop.approve(shop.ask(shop.sold((shop.table, 5)), (shop.table, 2, shop.refund)))
    shop.company.rma_second_approval_amount = 0.0
    return rma


def both_approvals(shop):
    shop.company.rma_second_approval_amount = 100.0
    rma = shop.approve(shop.ask(shop.sold((shop.table, 5)), (shop.table, 2, shop.refund)))
    rma.with_user(shop.director).action_approve()
    shop.company.rma_second_approval_amount = 0.0
    return rma


def approved(shop):
    return shop.approve(shop.ask(shop.sold((shop.chair, 5)), (shop.chair, 2, shop.refund)))


def approved_for_replacement(shop):
    return shop.approve(shop.ask(shop.sold((shop.chair, 5)), (shop.chair, 2, shop.replace)))


def approved_for_repair(shop):
    return shop.approve(shop.ask(shop.sold((shop.chair, 5)), (shop.chair, 2, shop.repair)))


def approved_and_reset_to_draft(shop):
    rma = shop.approve(shop.ask(shop.sold((shop.chair, 5)), (shop.chair, 2, shop.refund)))
    rma.with_user(shop.manager).action_draft()
    return rma


def approved_again(shop):
    rma = approved_and_reset_to_draft(shop)
    return shop.approve(rma)


def receipt_made_by_hand(shop):
    operation = shop.make_operation("refund", "Refund, receipt by hand", receipt_creation="manual")
    return shop.approve(shop.ask(shop.sold((shop.chair, 5)), (shop.chair, 4, operation)))


def receipt_cancelled(shop):
    rma = approved(shop)
    rma.picking_ids.action_cancel()
    return rma


def receipt_cancelled_and_made_again(shop):
    rma = receipt_cancelled(shop)
    rma.with_user(shop.clerk).action_receive_again()
    return rma


def rejected(shop):
    rma = requested(shop)
    rma.with_user(shop.manager).action_reject("It was used.")
    return rma


def cancelled(shop):
    rma = approved(shop)
    rma.with_user(shop.clerk).action_cancel()
    return rma


def cancelled_draft(shop):
    rma = draft(shop)
    rma.with_user(shop.clerk).action_cancel()
    return rma


def archived(shop):
    rma = shop.settle(shop.returned_new((shop.chair, 2, shop.refund)))
    rma.active = False
    return rma


def part_received(shop):
    rma = shop.approve(shop.ask(shop.sold((shop.chair, 5)), (shop.chair, 5, shop.refund)))
    return shop.receive(rma, {shop.chair: 2})


def part_received_without_backorder(shop):
    rma = shop.approve(shop.ask(shop.sold((shop.chair, 5)), (shop.chair, 5, shop.refund)))
    return shop.receive(rma, {shop.chair: 2}, backorder=False)


def part_received_and_rest_called_off(shop):
    rma = shop.settle(part_received(shop))
    rma.with_user(shop.clerk).action_done()
    return rma


def closed_before_anything_came(shop):
    rma = approved(shop)
    rma.with_user(shop.manager).action_done()
    return rma


def one_of_two_products_received(shop):
    order = shop.sold((shop.chair, 5), (shop.table, 5))
    rma = shop.approve(shop.ask(order, (shop.chair, 2, shop.refund), (shop.table, 2, shop.replace)))
    return shop.receive(rma, {shop.chair: 2})


def received(shop):
    return shop.returned_new((shop.chair, 2, shop.refund))


def received_for_every_resolution(shop):
    order = shop.sold((shop.chair, 5), (shop.table, 5), (shop.sofa, 5), (shop.stool, 5))
    return shop.returned(
        order,
        (shop.chair, 2, shop.refund),
        (shop.table, 2, shop.replace),
        (shop.sofa, 2, shop.repair),
        (shop.stool, 2, shop.return_only),
    )


def received_and_sent_back_by_hand(shop):
    rma = received(shop)
    receipt = rma.picking_ids
    wizard = shop.env["stock.return.picking"].create({"picking_id": receipt.id})
    wizard.product_return_moves.quantity = 2
    action = wizard.action_create_returns()
    shop.validate(shop.env["stock.picking"].browse(action["res_id"]))
    return rma


def chosen_delivery(shop):
    order = shop.sell((shop.chair, 5))
    shop.deliver(order, {shop.chair: 2})
    shop.deliver(order)
    shop.invoice(order)
    move = order.picking_ids.move_ids.sorted("id")[:1]
    return shop.returned(order, (shop.chair, 2, shop.refund, {"move_id": move.id}))


def sold_elsewhere(shop):
    rma = (
        shop.env["rma.order"]
        .with_user(shop.manager)
        .create(
            {
                "partner_id": shop.customer.id,
                "line_ids": [
                    Command.create(
                        {
                            "product_id": shop.chair.id,
                            "product_uom_qty": 2,
                            "reason_id": shop.reason.id,
                            "operation_type_id": shop.return_only.id,
                            "price_unit": 33.0,
                        }
                    )
                ],
            }
        )
    )
    rma = rma.with_env(shop.env)
    rma.with_user(shop.manager).action_request()
    rma.with_user(shop.manager).action_approve()
    return shop.receive(rma)


def sold_elsewhere_and_settled(shop):
    return shop.settle(sold_elsewhere(shop))


def customer_keeps_it(shop):
    return shop.approve(shop.ask(shop.sold((shop.chair, 5)), (shop.chair, 2, shop.refund_keep)))


def settled_on_approval_goods_to_follow(shop):
    operation = shop.make_operation("refund", "Refund at once", receipt_policy="after", disposition="restock")
    return shop.approve(shop.ask(shop.sold((shop.chair, 5)), (shop.chair, 2, operation)))


def settled_on_approval_goods_followed(shop):
    operation = shop.make_operation("replace", "Advance replacement", receipt_policy="after", disposition="scrap")
    return shop.receive(shop.approve(shop.ask(shop.sold((shop.chair, 5)), (shop.chair, 2, operation))))


def settled_on_arrival(shop):
    operation = shop.make_operation("refund", "Refund on arrival", auto_settle=True, post_credit_note=True)
    return shop.returned_new((shop.chair, 2, operation))


def settled_on_arrival_in_two_parts(shop):
    operation = shop.make_operation("replace", "Replace on arrival", auto_settle=True, disposition="restock")
    rma = shop.approve(shop.ask(shop.sold((shop.chair, 5)), (shop.chair, 5, operation)))
    shop.receive(rma, {shop.chair: 2})
    return shop.receive(rma)
