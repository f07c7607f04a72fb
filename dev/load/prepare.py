"""Make the shop of a soak: sold and invoiced orders, people with the least rights for their step, a mail server. Run by
`odoo shell`, see dev/soak."""

import json

import shop
from odoo.tests import new_test_user

PEOPLE = {
    "clerk": "rma_management.group_rma_all",
    "manager": "rma_management.group_rma_manager",
    "warehouse": "stock.group_stock_user",
}


def main(env, path, count, url, mail_port):
    """Fill the database, and write down what there is to return.

    :param path: file for the client
    :param count: number of orders
    :param url: address of the server
    :param mail_port: where a mail server will listen
    """
    env["ir.config_parameter"].set_param("web.base.url", url)
    env["ir.config_parameter"].set_param("report.url", url)
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create({"name": "Soak", "smtp_host": "127.0.0.1", "smtp_port": mail_port})
    for name, group in PEOPLE.items():
        login = f"soak_{name}"
        new_test_user(env, login, group, password=login, email=f"{login}@example.com")
    reason = env["rma.return.reason"].create({"name": "Soak"})
    # One product, one journal: whatever can collide does.
    operation = env["rma.operation.type"].create(
        {"name": "Refund (soak)", "resolution": "refund", "disposition": "restock", "post_credit_note": True}
    )
    shop.main(env, str(count))
    orders = shop.get_orders(env, str(count))
    customer = orders[:1].partner_id
    new_test_user(env, "soak_customer", "base.group_portal", password="soak_customer", partner_id=customer.id)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(
            {
                "reason": reason.id,
                "operation": operation.id,
                "orders": [
                    [order.id, order.partner_id.id, order.order_line.id, order.order_line.product_id.id]
                    for order in orders
                ],
            },
            file,
        )
    env.cr.commit()
