"""Fill a database with returns of OCA's rma in all states. Run by `odoo shell`, see dev/migration_test."""

import base64
import json

from shop import Shop

FIGURES = ("qty_delivered", "qty_invoiced", "qty_to_invoice", "invoice_status")


class Cases:
    """One method for each case; each gives the return that it ends with, or several."""

    def __init__(self, shop):
        self.shop = shop

    def draft(self):
        shop = self.shop
        return shop.request(
            shop.sell(shop.chair),
            shop.refund,
            description='<p>It <b>wobbles</b>: <a href="https://example.com">see</a></p>',
        )

    def draft_by_email(self):
        shop = self.shop
        team = shop.env["rma.team"].create({"name": "Returns team", "alias_name": "returns"})
        return shop.request(shop.sell(shop.chair), shop.refund, team_id=team.id)

    def draft_without_product(self):
        shop = self.shop
        return shop.env["rma"].create({"partner_id": shop.customer.id, "description": "By email", "origin": "Mail"})

    def confirmed(self):
        shop = self.shop
        return shop.confirm(shop.sell(shop.chair, quantity=5), shop.refund, quantity=2)

    def confirmed_serial(self):
        shop = self.shop
        return shop.confirm(shop.sell(shop.lamp), shop.refund)

    def confirmed_by_hand(self):
        shop = self.shop
        return shop.confirm(shop.sell(shop.chair), shop.by_hand)

    def confirmed_two_lines(self):
        shop = self.shop
        order = shop.sell(shop.chair, shop.stool, quantity=2)
        returns = shop.request(order, shop.refund, shop.chair) | shop.request(order, shop.replace, shop.stool)
        returns.action_confirm()
        return returns

    def confirmed_without_order(self):
        shop = self.shop
        rma = shop.env["rma"].create(
            {
                "partner_id": shop.customer.id,
                "product_id": shop.chair.id,
                "product_uom_qty": 1,
                "operation_id": shop.replace.id,
                "user_id": shop.responsible.id,
            }
        )
        rma.action_confirm()
        return rma

    def confirmed_of_dozens(self):
        shop = self.shop
        dozen = shop.env.ref("uom.product_uom_dozen")
        order = shop.sell(shop.chair, quantity=2, unit=dozen)
        return shop.confirm(order, shop.refund, quantity=7, product_uom=shop.chair.uom_id.id)

    def received(self):
        shop = self.shop
        return shop.receive(shop.sell(shop.chair, quantity=3), shop.refund)

    def received_order_policy(self):
        shop = self.shop
        return shop.receive(shop.sell(shop.ordered, quantity=2), shop.refund, quantity=1)

    def received_to_repair(self):
        shop = self.shop
        return shop.receive(shop.sell(shop.chair), shop.repair)

    def received_to_lower_the_order(self):
        shop = self.shop
        return shop.receive(shop.sell(shop.chair, quantity=2), shop.lower)

    def received_not_invoiced(self):
        shop = self.shop
        return shop.receive(shop.sell(shop.chair, invoiced=False), shop.refund)

    def waiting_replacement(self):
        shop = self.shop
        rma = shop.receive(shop.sell(shop.chair), shop.replace)
        return shop.deliver(rma, "replace", done=False)

    def waiting_replacement_in_part(self):
        shop = self.shop
        rma = shop.receive(shop.sell(shop.chair, quantity=3), shop.replace)
        return shop.deliver(rma, "replace", quantity=1)

    def waiting_return(self):
        shop = self.shop
        rma = shop.receive(shop.sell(shop.chair, quantity=3), shop.repair)
        return shop.deliver(rma, "return", quantity=1, done=False)

    def refunded_posted(self):
        shop = self.shop
        rma = shop.receive(shop.sell(shop.chair, quantity=2), shop.refund)
        rma.action_refund()
        rma.refund_id.action_post()
        return rma

    def refunded_draft(self):
        shop = self.shop
        rma = shop.receive(shop.sell(shop.chair, quantity=4), shop.refund, quantity=1)
        rma.action_refund()
        return rma

    def refunded_together(self):
        shop = self.shop
        order = shop.sell(shop.chair, shop.stool)
        returns = shop.receive(order, shop.refund, shop.chair) | shop.receive(order, shop.refund, shop.stool)
        returns.action_refund()
        returns.refund_id.action_post()
        return returns

    def refunded_order_policy(self):
        shop = self.shop
        rma = shop.receive(shop.sell(shop.ordered, quantity=2), shop.refund, quantity=1)
        rma.action_refund()
        rma.refund_id.action_post()
        return rma

    def refunded_before_receipt(self):
        shop = self.shop
        rma = shop.confirm(shop.sell(shop.chair, quantity=2), shop.early)
        rma.action_refund()
        rma.refund_id.action_post()
        return rma

    def refunded_without_credit_note(self):
        shop = self.shop
        rma = shop.receive(shop.sell(shop.chair, invoiced=False), shop.refund)
        rma.action_refund_without_invoice()
        return rma

    def refunded_and_canceled(self):
        shop = self.shop
        rma = shop.receive(shop.sell(shop.chair), shop.refund)
        rma.action_refund()
        rma.refund_id.button_cancel()
        return rma

    def replaced(self):
        shop = self.shop
        rma = shop.receive(shop.sell(shop.chair), shop.replace)
        return shop.deliver(rma, "replace")

    def replaced_by_another_product(self):
        shop = self.shop
        rma = shop.receive(shop.sell(shop.chair), shop.any)
        return shop.deliver(rma, "replace", product=shop.stool)

    def returned(self):
        shop = self.shop
        rma = shop.receive(shop.sell(shop.chair, quantity=2), shop.any)
        return shop.deliver(rma, "return")

    def finished(self):
        shop = self.shop
        return shop.close(shop.receive(shop.sell(shop.chair), shop.refund), "Worthless")

    def locked(self):
        shop = self.shop
        rma = shop.receive(shop.sell(shop.chair), shop.replace)
        rma.action_lock()
        return rma

    def canceled(self):
        shop = self.shop
        rma = shop.confirm(shop.sell(shop.chair), shop.refund)
        rma.action_cancel()
        return rma

    def split(self):
        shop = self.shop
        rma = shop.receive(shop.sell(shop.chair, quantity=3), shop.replace)
        shop.deliver(rma, "replace", quantity=1)
        return rma | rma.extract_quantity(2, rma.product_uom)

    def return_of_a_replacement(self):
        shop = self.shop
        rma = shop.receive(shop.sell(shop.chair), shop.replace)
        shop.deliver(rma, "replace")
        move = rma.delivery_move_ids
        return shop.env["rma"].create(
            {
                "partner_id": rma.partner_id.id,
                "picking_id": move.picking_id.id,
                "move_id": move.id,
                "product_id": move.product_id.id,
                "product_uom_qty": 1,
                "operation_id": shop.refund.id,
            }
        )

    def of_another_customer(self):
        shop = self.shop
        other = shop.env["res.partner"].create({"name": "Bob", "email": "bob@example.com"})
        order = shop.sell(shop.chair)
        return shop.confirm(
            order, shop.replace, partner_id=other.id, partner_invoice_id=other.id, partner_shipping_id=other.id
        )

    def received_another_product(self):
        shop = self.shop
        operation = shop.early.copy({"name": "Take anything", "different_return_product": True})
        operation.action_create_refund = "manual_after_receipt"
        return shop.receive(shop.sell(shop.chair), operation, return_product_id=shop.stool.id)

    def confirmed_in_another_company(self):
        shop = self.shop
        company = shop.env["res.company"].search([("id", "!=", shop.company.id)], limit=1)
        rma = (
            shop.env["rma"]
            .with_company(company)
            .create(
                {
                    "company_id": company.id,
                    "partner_id": shop.customer.id,
                    "product_id": shop.chair.id,
                    "product_uom_qty": 1,
                    "operation_id": shop.refund.id,
                    "user_id": shop.responsible.id,
                }
            )
        )
        rma.action_confirm()
        return rma

    def same_number(self):
        shop = self.shop
        first = shop.confirm(shop.sell(shop.chair), shop.refund)
        return shop.confirm(shop.sell(shop.chair), shop.refund, name=first.name)


def talk(shop, rma):
    """Write about a return as people do."""
    rma.message_post(body="Where is it?", message_type="comment", subtype_xmlid="mail.mt_comment")
    rma.message_post(body="For staff", message_type="comment", subtype_xmlid="mail.mt_note")
    rma.message_subscribe(shop.responsible.partner_id.ids)
    rma.tag_ids = shop.urgent
    rma.deadline = "2030-01-31"
    rma._portal_ensure_token()
    rma.activity_schedule("mail.mail_activity_data_todo", summary="Call them", user_id=shop.responsible.id)
    shop.env["ir.attachment"].create(
        {"name": "photo.txt", "datas": base64.b64encode(b"photo"), "res_model": "rma", "res_id": rma.id}
    )


def describe(rma):
    """Return what has to be the same afterwards."""
    return {
        "id": rma.id,
        "name": rma.name,
        "state": rma.state,
        "product": rma.return_product_id.id or rma.product_id.id,
        "quantity": rma.product_uom_qty,
        "order": rma.order_id.id,
        "receipt": rma.reception_move_id.id,
        "deliveries": rma.delivery_move_ids.ids,
        "refund_lines": rma.refund_id.invoice_line_ids.filtered(lambda line: line.rma_id == rma).ids,
        "token": rma.access_token,
        "date": str(rma.date),
        "messages": sorted(rma.message_ids.ids),
        "bodies": {message.id: message.body for message in rma.message_ids},
        "followers": sorted(rma.message_partner_ids.ids),
        "activities": rma.activity_ids.ids,
        "files": shop_files(rma).ids,
        "user": rma.user_id.id,
        "figures": {line.id: line.read(FIGURES, load="")[0] for line in rma.order_id.order_line},
    }


def shop_files(rma):
    return rma.env["ir.attachment"].search([("res_model", "=", "rma"), ("res_id", "=", rma.id)])


def main(env, path):
    """Make the returns of all cases, and write what they are to a file."""
    shop = Shop(env)
    cases = Cases(shop)
    made = {}
    for name in [name for name in vars(Cases) if not name.startswith("_")]:
        try:
            made[name] = getattr(cases, name)()
        except Exception as error:
            error.add_note(f"in the case “{name}”")
            raise
        for rma in made[name]:
            talk(shop, rma)
        env.cr.commit()
    env.invalidate_all()
    with open(path, "w") as file:
        json.dump({name: [describe(rma) for rma in returns] for name, returns in made.items()}, file)
