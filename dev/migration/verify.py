"""Check that all returns arrived as they were, then finish the open ones. Run by `odoo shell` after the migration."""

import json

from odoo import Command
from odoo.exceptions import AccessError, UserError

STATES = {
    "draft": "draft",
    "confirmed": "approved",
    "received": "processing",
    "waiting_return": "processing",
    "waiting_replacement": "processing",
    "refunded": "done",
    "returned": "done",
    "replaced": "done",
    "finished": "done",
    "locked": "done",
    "cancelled": "cancel",
}
FIGURES = ("qty_delivered", "qty_invoiced", "qty_to_invoice", "invoice_status")
# Still returnable of what each case sold: delivered, less what came back or is on its way, and what was sent again.
RETURNABLE = {
    "draft": 1,
    "confirmed": 3,
    "confirmed_by_hand": 0,
    "confirmed_of_dozens": 17,
    "received": 0,
    "received_order_policy": 1,
    "waiting_replacement_in_part": 1,
    "refunded_posted": 0,
    "refunded_draft": 3,
    "refunded_before_receipt": 0,
    "replaced": 1,
    "replaced_by_another_product": 0,
    "returned": 2,
    "finished": 0,
    "canceled": 1,
}
APART = ("of_another_customer", "received_another_product")


class Check:
    """Compare returns with what they were, and collect what differs."""

    def __init__(self, env, before):
        self.env = env
        self.before = before
        self.problems = []

    def same(self, what, is_now, was):
        """Note a difference."""
        if is_now != was:
            self.problems.append(f"{what}: {is_now!r} instead of {was!r}")

    def get(self, was):
        return self.env["rma.order"].search([("oca_rma_id", "=", was["id"])])

    def arrived(self):
        """Check what each return is, and what belongs to it."""
        for case, returns in self.before.items():
            for was in returns:
                order = self.get(was)
                if len(order) != 1:
                    self.problems.append(f"{case}: {len(order)} returns")
                    continue
                self.check_values(case, order, was)
                self.check_documents(case, order, was)
                self.check_messages(case, order, was)
                self.check_order(case, order, was)

    def check_values(self, case, order, was):
        state = "approved" if case == "refunded_before_receipt" else STATES[was["state"]]
        self.same(f"{case}, state", order.state, state)
        self.same(f"{case}, number", order.name.split(" ")[0], was["name"])
        self.same(f"{case}, date", str(order.date_requested), was["date"])
        self.same(f"{case}, responsible", order.user_id.id, was["user"])
        self.same(f"{case}, key", order.access_token, was["token"])
        self.same(f"{case}, tags", order.tag_ids.mapped("name"), ["Urgent"])
        if "2030-01-31" not in order.internal_note:
            self.problems.append(f"{case}: the deadline is not noted")
        if case == "draft":
            self.same("draft, remark", "It *wobbles*" in order.customer_note, True)
            self.same("draft, link", "https://example.com" in order.internal_note, True)
        if was["product"]:
            line = order.line_ids
            self.same(f"{case}, product", line.product_id.id, was["product"])
            self.same(f"{case}, quantity", line.product_uom_qty, was["quantity"])
            # An order of another customer, or of another product, is only noted.
            self.same(
                f"{case}, order", line.sale_line_id.order_id.id or False, False if case in APART else was["order"]
            )
            self.same(f"{case}, reason", bool(line.reason_id), True)

    def check_documents(self, case, order, was):
        receipts = order.line_ids.move_ids.filtered(lambda move: move.rma_role == "receipt")
        if case != "split":
            self.same(f"{case}, receipt", receipts.ids, [was["receipt"]] if was["receipt"] else [])
        self.same(f"{case}, received", sum(receipts.mapped("product_uom_qty")), was["quantity"] if receipts else 0)
        deliveries = order.line_ids.move_ids - receipts
        self.same(f"{case}, deliveries", sorted(deliveries.ids), sorted(was["deliveries"]))
        self.same(f"{case}, credits", sorted(order.line_ids.credit_line_ids.ids), sorted(was["refund_lines"]))
        if was["deliveries"]:
            role = "sent_back" if was["state"] in ("waiting_return", "returned") else "replacement"
            self.same(f"{case}, roles", set(deliveries.mapped("rma_role")), {role})

    def check_messages(self, case, order, was):
        self.same(f"{case}, messages", sorted(order.message_ids.ids), was["messages"])
        self.same(f"{case}, followers", sorted(order.message_partner_ids.ids), was["followers"])
        self.same(f"{case}, activities", order.activity_ids.ids, was["activities"])
        files = self.env["ir.attachment"].search([("res_model", "=", "rma.order"), ("res_id", "=", order.id)])
        self.same(f"{case}, files", files.ids, was["files"])
        said = order.customer_message_ids.mapped("body")
        self.same(f"{case}, heard by the customer", any("Where is it?" in body for body in said), True)
        self.same(f"{case}, kept from the customer", any("For staff" in body for body in said), False)

    def check_order(self, case, order, was):
        for line_id, figures in was["figures"].items():
            line = self.env["sale.order.line"].browse(int(line_id))
            self.same(f"{case}, figures", {name: line[name] for name in FIGURES}, {n: figures[n] for n in FIGURES})
        if case in RETURNABLE:
            line = order.line_ids.sale_line_id
            left = line.returnable_uom_id._compute_quantity(line.qty_returnable, line.product_id.uom_id)
            self.same(f"{case}, returnable", left, RETURNABLE[case])

    def nobody_was_told(self, sent):
        """Check that the migration sent nothing."""
        self.same("emails", self.env["mail.mail"].search_count([]), sent["mails"])
        self.same("text messages", self.env["sms.sms"].search_count([]), sent["texts"])
        ours = self.env["rma.order"].search([("oca_rma_id", ">", 0)])
        self.same("announcements", self.env["rma.announcement"].search_count([("order_id", "in", ours.ids)]), 0)

    # === Going on ===

    def go_on(self):
        """Finish what is open, as the people with the least rights that do it."""
        clerk = self.env["res.users"].search([("login", "=", "oca_responsible")])
        self.same("role", clerk.has_group("rma_management.group_rma_all"), True)
        role = self.env.ref("rma_management.group_rma_user")
        keeper = self.make_user("keeper", "stock.group_stock_user")
        clerk.group_ids = [Command.set([self.env.ref("base.group_user").id, role.id])]
        manager = self.boss = self.make_user("boss", "rma_management.group_rma_manager")
        for case, returns in self.before.items():
            for was in returns:
                order = self.get(was)
                try:
                    self.finish(case, order, was, clerk, keeper, manager)
                except (AccessError, UserError) as error:
                    self.problems.append(f"{case}, going on: {error}")
                self.env.cr.commit()
        self.env.flush_all()

    def make_user(self, login, *groups):
        groups = [self.env.ref(group).id for group in ("base.group_user", *groups)]
        values = {"name": login, "login": login, "email": f"{login}@example.com", "group_ids": [Command.set(groups)]}
        values["company_ids"] = [Command.set(self.env["res.company"].search([]).ids)]
        return self.env["res.users"].with_context(no_reset_password=True).create(values)

    def finish(self, case, order, was, clerk, keeper, manager):
        """Receive, settle and deliver what is open of a return; of a closed one, try to settle it again."""
        if was["state"] in ("draft", "cancelled"):
            return
        if not order.user_id:
            order.user_id = clerk
        line, mine, closed = order.line_ids, order.with_user(clerk), order.state == "done"
        given = line.qty_refunded + line.qty_replaced
        if case == "confirmed_by_hand":
            mine.action_receive_again()
        self.receive(line._get_open_receipts(), keeper)
        if closed:
            order.with_user(manager).action_settle()
            self.same(f"{case}, given again", line.qty_refunded + line.qty_replaced, given)
            # Nobody knows where goods are that OCA closed the book on.
            self.same(f"{case}, moved again", (line.qty_restocked, line.qty_to_dispose, line.qty_in_returns), (0, 0, 0))
        else:
            mine.action_settle()
        self.receive(line.move_ids, keeper)
        for repair in order.repair_ids:
            repair.action_repair_start()
            repair.action_repair_end()
        if order.can_send_back:
            mine.action_settle()
        self.receive(line.move_ids, keeper)
        order.refund_ids.filtered(lambda note: note.state == "draft").action_post()
        self.check_finished(case, order, was, closed)

    def check_finished(self, case, order, was, closed):
        """Check that all is settled once, and nothing twice."""
        line = order.line_ids
        self.same(f"{case}, finished", order.state, "done")
        given = line.qty_refunded + line.qty_uninvoiced + line.qty_replaced + line.qty_nothing + line.qty_repair_ordered
        self.same(f"{case}, given", given, line.product_uom_qty)
        self.same(f"{case}, came back", line.qty_received, line.product_uom_qty)
        self.same(f"{case}, receivable", line.qty_without_receipt, 0)
        if not closed and line.operation_type_id.disposition == "restock":
            self.same(f"{case}, in stock again", line.qty_restocked, line.qty_received)
        self.same(f"{case}, has a history", bool(order.with_user(self.boss).history_ids.mapped("detail")), True)
        for sale_line in line.sale_line_id:
            # What Odoo asked to invoice before, it may ask still; nothing else.
            asked = was["figures"][str(sale_line.id)]["qty_to_invoice"] if closed else 0
            if sale_line.qty_to_invoice not in (0, asked):
                self.problems.append(f"{case}: {sale_line.qty_to_invoice} to invoice")

    def receive(self, moves, keeper):
        """Do the transfers of moves in full."""
        waiting = moves.filtered(lambda move: move.state not in ("done", "cancel"))
        for picking in waiting.picking_id.with_user(keeper):
            for move in picking.move_ids.filtered(lambda move: move.state not in ("done", "cancel")):
                move.quantity = move.product_uom_qty
                move.picked = True
            picking.with_context(skip_backorder=True, skip_sms=True).button_validate()


def count_sent(env, path):
    """Write what was sent before the migration."""
    with open(path, "w") as file:
        json.dump({"mails": env["mail.mail"].search_count([]), "texts": env["sms.sms"].search_count([])}, file)


def main(env, path, sent_path):
    """Compare, go on, and say what is wrong.

    :param path: what the returns were before
    :param sent_path: what was sent before
    """
    env = env(context=dict(env.context, mail_notify_force_send=False))
    with open(path) as file:
        check = Check(env, json.load(file))
    with open(sent_path) as file:
        check.nobody_was_told(json.load(file))
    check.arrived()
    check.go_on()
    print("\n".join(check.problems) or "All returns arrived, and the open ones were finished.")
    env.cr.rollback()
    if check.problems:
        raise SystemExit(1)
