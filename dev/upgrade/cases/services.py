"""Returns that came by the website or by a ticket, and what was given for them besides."""

from odoo import Command


def asked_by_a_customer(shop):
    portal = shop.make_user("upgrade_portal")
    portal.write({"group_ids": [Command.set([shop.env.ref("base.group_portal").id])], "partner_id": shop.customer.id})
    rma = shop.ask(shop.sold((shop.chair, 5)), (shop.chair, 2, shop.refund), user_id=False)
    rma.with_user(shop.clerk).action_request()
    rma.requested_by_id = portal
    rma.message_post(
        author_id=shop.customer.id, body="Shall I send it?", message_type="comment", subtype_xmlid="mail.mt_comment"
    )
    return rma


def coupon_given(shop):
    programs = shop.env["loyalty.program"]
    program = programs.create(
        {
            **programs._program_type_default_values()["coupons"],
            "name": "Sorry for the trouble (upgrade)",
            "program_type": "coupons",
        }
    )
    rma = shop.settle(shop.returned_new((shop.chair, 2, shop.return_only)))
    as_clerk = rma.with_user(shop.clerk)
    wizard = as_clerk.env["rma.coupon.wizard"].browse(as_clerk.action_give_coupon()["res_id"])
    wizard.program_id = program.id
    wizard.action_generate()
    return rma


def _ticket(shop, order, **values):
    if not hasattr(shop, "team"):
        shop.agent = shop.make_user("upgrade_agent", "helpdesk_mgmt.group_helpdesk_user_team")
        shop.team = shop.env["helpdesk.ticket.team"].create(
            {
                "name": "After-Sales (upgrade)",
                "user_ids": [Command.set(shop.agent.ids)],
                **{f"use_{service}": True for service in ("refunds", "coupons", "returns", "repairs")},
            }
        )
    return (
        shop.env["helpdesk.ticket"]
        .create(
            {
                "name": "It is broken",
                "description": "<p>It does not work any more.</p>",
                "team_id": shop.team.id,
                "user_id": shop.agent.id,
                "partner_id": shop.customer.id,
                "sale_order_id": order.id,
                **values,
            }
        )
        .with_user(shop.agent)
    )


def _open(ticket, action):
    result = getattr(ticket, action)()
    return ticket.env[result["res_model"]].browse(result["res_id"])


def _by_ticket(shop):
    reason = shop.env["rma.return.reason"].create({"name": "By ticket", "operation_type_id": shop.refund.id})
    ticket = _ticket(shop, shop.sold((shop.chair, 5)))
    wizard = _open(ticket, "action_return")
    wizard.reason_id = reason
    wizard.line_ids.quantity = 2
    wizard.comment = "The back is broken."
    wizard.action_create()
    return ticket.rma_ids.with_env(shop.env)


def ticket_return_approved(shop):
    return _by_ticket(shop)


def ticket_return_settled(shop):
    return shop.settle(shop.receive(_by_ticket(shop)))


def ticket_return_decided(shop):
    return shop.process(
        shop.receive(_by_ticket(shop)), {shop.chair: {"qty_refund": 1, "qty_repair": 1, "qty_restock": 1}}
    )


def ticket_transfer_only(shop):
    """It is no return; the order that it lowers is compared."""
    ticket = _ticket(shop, shop.sold((shop.chair, 5)))
    shop.team.return_kind = "picking"
    wizard = _open(ticket, "action_return")
    wizard.line_ids.quantity = 2
    wizard.action_create()
    shop.team.return_kind = "rma"
    return shop.env["rma.order"]


def ticket_repair(shop):
    ticket = _ticket(shop, shop.sold((shop.chair, 5)), product_id=shop.chair.id)
    _open(ticket, "action_repair").action_create()
    return shop.env["rma.order"]


def activity_of_the_responsible(shop):
    rma = shop.returned_new((shop.chair, 1, shop.refund))
    rma.user_id = shop.manager
    rma.activity_schedule("mail.mail_activity_data_todo", user_id=shop.manager.id, summary="Call Ada")
    return rma
