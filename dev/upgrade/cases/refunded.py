"""Refunds: by plan and by the process screen, of every way to invoice, and credit notes that were undone."""

from odoo import Command, fields


def by_plan(shop):
    return shop.settle(shop.returned_new((shop.chair, 3, shop.refund)))


def by_screen_as_planned(shop):
    return shop.process(shop.returned_new((shop.chair, 3, shop.refund)))


def less_than_received(shop):
    return shop.process(shop.returned_new((shop.chair, 5, shop.refund)), {shop.chair: {"qty_refund": 2}})


def nothing_at_all(shop):
    return shop.process(shop.returned_new((shop.chair, 5, shop.refund)), {shop.chair: {"qty_refund": 0}})


def part_of_one_product_nothing_of_another(shop):
    rma = shop.returned_new((shop.chair, 5, shop.refund), (shop.table, 2, shop.refund))
    return shop.process(rma, {shop.chair: {"qty_refund": 1}, shop.table: {"qty_refund": 0}})


def every_way_at_once(shop):
    return shop.process(
        shop.returned_new((shop.chair, 5, shop.refund)),
        {
            shop.chair: {
                "qty_refund": 2,
                "exchange": True,
                "qty_replace": 1,
                "qty_repair": 1,
                "qty_restock": 2,
                "qty_scrap": 1,
            }
        },
    )


def first_part_settled_by_plan_rest_expected(shop):
    rma = shop.approve(shop.ask(shop.sold((shop.chair, 5)), (shop.chair, 5, shop.refund)))
    return shop.settle(shop.receive(rma, {shop.chair: 2}))


def first_part_settled_by_plan_rest_received(shop):
    return shop.receive(first_part_settled_by_plan_rest_expected(shop))


def first_part_decided_rest_received(shop):
    rma = shop.approve(shop.ask(shop.sold((shop.chair, 5)), (shop.chair, 5, shop.refund)))
    shop.receive(rma, {shop.chair: 2})
    shop.process(rma, {shop.chair: {"qty_refund": 1}})
    return shop.receive(rma)


def decided_twice(shop):
    rma = first_part_decided_rest_received(shop)
    return shop.process(rma, {shop.chair: {"qty_refund": 1, "exchange": True, "qty_replace": 1, "qty_restock": 1}})


def decided_then_settled_by_plan(shop):
    return shop.settle(first_part_decided_rest_received(shop))


def settled_by_plan_then_decided(shop):
    rma = first_part_settled_by_plan_rest_received(shop)
    return shop.process(rma, {shop.chair: {"qty_refund": 1, "qty_repair": 1, "qty_restock": 2}})


def posted(shop):
    rma = by_plan(shop)
    rma.refund_ids.action_post()
    return rma


def paid_out(shop):
    order = shop.sold((shop.chair, 5))
    shop.pay(order.invoice_ids)
    rma = shop.settle(shop.returned(order, (shop.chair, 3, shop.refund)))
    rma.refund_ids.action_post()
    shop.pay(rma.refund_ids)
    return rma


def credit_note_cancelled(shop):
    rma = by_plan(shop)
    rma.refund_ids.button_cancel()
    return rma


def credit_note_cancelled_and_made_again(shop):
    return shop.settle(credit_note_cancelled(shop))


def credit_note_deleted(shop):
    rma = by_plan(shop)
    rma.refund_ids.unlink()
    return rma


def credit_note_of_decision_cancelled(shop):
    rma = less_than_received(shop)
    rma.refund_ids.button_cancel()
    return rma


def credit_note_of_decision_cancelled_and_made_again(shop):
    return shop.settle(credit_note_of_decision_cancelled(shop))


def credit_note_lowered_by_hand(shop):
    rma = by_plan(shop)
    rma.refund_ids.invoice_line_ids.quantity = 2
    return rma


def decided_otherwise_after_a_cancelled_credit_note(shop):
    rma = credit_note_of_decision_cancelled(shop)
    return shop.process(rma, {shop.chair: {"qty_refund": 1, "exchange": True, "qty_replace": 1}})


def two_invoices(shop):
    order = shop.sell((shop.chair, 6))
    for _part in range(2):
        shop.deliver(order, {shop.chair: 3})
        shop.invoice(order)
    return shop.settle(shop.returned(order, (shop.chair, 5, shop.refund)))


def two_returns_of_one_order(shop):
    order = shop.sold((shop.chair, 5))
    rma = shop.settle(shop.returned(order, (shop.chair, 2, shop.refund)))
    return rma | shop.process(shop.returned(order, (shop.chair, 3, shop.refund)), {shop.chair: {"qty_refund": 2}})


def fee_adjustment_and_shipping(shop):
    rma = shop.returned(shop.sold((shop.chair, 5), shipping=10.0), (shop.chair, 2, shop.refund))
    return shop.process(
        rma, None, refund_shipping=True, refund_fee=7.25, refund_adjustment=2.0, adjustment_reason="Long wait"
    )


def fee_by_the_reason(shop):
    reason = shop.env["rma.return.reason"].create(
        {"name": "Changed their mind (10%)", "fee_type": "percent", "fee_percent": 10.0}
    )
    rma = shop.returned(shop.sold((shop.chair, 5)), (shop.chair, 2, shop.refund, {"reason_id": reason.id}))
    return shop.settle(rma)


def shipping_by_the_operation(shop):
    operation = shop.make_operation("refund", "Refund with shipping", refund_shipping="always", disposition="scrap")
    return shop.settle(shop.returned(shop.sold((shop.chair, 5), shipping=10.0), (shop.chair, 2, operation)))


def not_invoiced(shop):
    order = shop.sell((shop.chair, 5))
    shop.deliver(order)
    return shop.settle(shop.returned(order, (shop.chair, 2, shop.refund)))


def not_invoiced_by_screen(shop):
    order = shop.sell((shop.chair, 5))
    shop.deliver(order)
    return shop.process(shop.returned(order, (shop.chair, 3, shop.refund)), {shop.chair: {"qty_refund": 2}})


def not_invoiced_not_settled(shop):
    order = shop.sell((shop.chair, 5))
    shop.deliver(order)
    return shop.returned(order, (shop.chair, 2, shop.refund))


def invoiced_in_part(shop):
    order = shop.sell((shop.chair, 5))
    shop.deliver(order, {shop.chair: 2})
    shop.invoice(order)
    shop.deliver(order)
    return shop.settle(shop.returned(order, (shop.chair, 4, shop.refund)))


def invoiced_after_the_return(shop):
    rma = not_invoiced(shop)
    shop.invoice(rma.sale_order_id)
    return rma


def draft_invoice_stands_against_it(shop):
    order = shop.sell((shop.chair, 5))
    shop.deliver(order)
    shop.invoice(order, post=False)
    return shop.returned(order, (shop.chair, 2, shop.refund))


def _ordered_product(shop):
    return shop.make_product("Lamp, invoiced as ordered", 60.0, invoice_policy="order")


def invoiced_as_ordered(shop):
    lamp = _ordered_product(shop)
    return shop.settle(shop.returned(shop.sold((lamp, 5)), (lamp, 2, shop.refund)))


def invoiced_as_ordered_not_settled(shop):
    lamp = _ordered_product(shop)
    return shop.returned(shop.sold((lamp, 5)), (lamp, 2, shop.refund))


def invoiced_as_ordered_credit_note_cancelled(shop):
    rma = invoiced_as_ordered(shop)
    rma.refund_ids.button_cancel()
    return rma


def invoiced_as_ordered_decided_in_parts(shop):
    lamp = _ordered_product(shop)
    rma = shop.approve(shop.ask(shop.sold((lamp, 5)), (lamp, 5, shop.refund)))
    shop.receive(rma, {lamp: 2})
    shop.process(rma, {lamp: {"qty_refund": 1}})
    return shop.receive(rma)


def invoiced_as_ordered_credited_before_arrival(shop):
    operation = shop.make_operation("refund", "Refund at once, as ordered", receipt_policy="after")
    lamp = _ordered_product(shop)
    return shop.approve(shop.ask(shop.sold((lamp, 5)), (lamp, 2, operation)))


def credited_by_hand_before(shop):
    order = shop.sold((shop.chair, 5))
    wizard = (
        shop.env["account.move.reversal"]
        .with_context(active_model="account.move", active_ids=order.invoice_ids.ids)
        .create({"journal_id": order.invoice_ids.journal_id.id, "date": fields.Date.today()})
    )
    note = shop.env["account.move"].browse(wizard.reverse_moves()["res_id"])
    note.invoice_line_ids.quantity = 2
    note.action_post()
    return shop.settle(shop.returned(order, (shop.chair, 4, shop.refund)))


def discount(shop):
    order = shop.sold((shop.chair, {"product_uom_qty": 3, "discount": 33.33}))
    rma = shop.settle(shop.returned(order, (shop.chair, 1, shop.refund)))
    return rma | shop.settle(shop.returned(order, (shop.chair, 1, shop.refund)))


def another_currency(shop):
    # One without rates in the demo data: those would come back with the upgrade.
    currency = shop.env["res.currency"].search([("rate_ids", "=", False), ("active", "=", False)], limit=1)
    currency.active = True
    shop.env["res.currency.rate"].create({"currency_id": currency.id, "rate": 0.9, "name": "2020-01-01"})
    pricelist = shop.env["product.pricelist"].create({"name": "Another currency (upgrade)", "currency_id": currency.id})
    order = shop.sold((shop.chair, 3), pricelist_id=pricelist.id)
    return shop.process(shop.returned(order, (shop.chair, 2, shop.refund)), None, refund_fee=3.0)


def waits_until_the_credit_note_is_posted(shop):
    shop.company.rma_closing_rule = "done"
    rma = by_plan(shop)
    shop.env.flush_all()
    shop.company.rma_closing_rule = "made"
    return rma


def dozens_by_plan(shop):
    dozen = shop.env.ref("uom.product_uom_dozen")
    order = shop.sold((shop.chair, {"product_uom_qty": 2, "product_uom_id": dozen.id}))
    return shop.settle(shop.returned(order, (shop.chair, 1, shop.refund, {"product_uom_id": dozen.id})))


def dozens_sold_units_returned(shop):
    dozen = shop.env.ref("uom.product_uom_dozen")
    order = shop.sold((shop.chair, {"product_uom_qty": 2, "product_uom_id": dozen.id}))
    unit = {"product_uom_id": shop.chair.uom_id.id}
    rma = shop.returned(order, (shop.chair, 7, shop.refund, unit))
    return shop.process(rma, {shop.chair: {"qty_refund": 5, "exchange": True, "qty_replace": 1}})


def dozens_in_two_parts(shop):
    dozen = shop.env.ref("uom.product_uom_dozen")
    order = shop.sold((shop.chair, {"product_uom_qty": 2, "product_uom_id": dozen.id}))
    rma = shop.approve(shop.ask(order, (shop.chair, 2, shop.refund, {"product_uom_id": dozen.id})))
    move = rma.picking_ids.move_ids
    shop.receive(rma, {shop.chair: 1 if move.product_uom == dozen else 12})
    return shop.settle(rma)


def included_tax_and_two_taxes(shop):
    taxes = shop.env["account.tax"].create(
        [
            {
                "name": "8% included (upgrade)",
                "amount": 8.0,
                "type_tax_use": "sale",
                "price_include_override": "tax_included",
            },
            {"name": "1.5% (upgrade)", "amount": 1.5, "type_tax_use": "sale"},
        ]
    )
    order = shop.sell((shop.chair, 3))
    order.order_line.tax_ids = [Command.set(taxes.ids)]
    shop.deliver(order)
    shop.invoice(order)
    return shop.settle(shop.returned(order, (shop.chair, 2, shop.refund)))
