"""What all contenders have in common: their staff, and the state that a finished return leaves behind."""

from odoo import Command
from shop import QUANTITY, REFUND_TOTAL

CREATE, APPROVE, RECEIVE, CREDIT = "create", "approve", "receive", "credit"


class Base:
    """A way to handle returns.

    `run` returns everything that orders delivered, in the phases of the table; `check` sees to it that all contenders
    did the same work.
    """

    label = None
    # Whose list and form are measured, and for whom; none where there is no RMA.
    model = None
    user = None
    # The largest size it is sent through; none where there is no end.
    most = None

    def __init__(self, env):
        self.env = env
        self.warehouse = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1)

    def run(self, clock, orders):
        raise NotImplementedError

    def get_returns_location(self):
        """Where the goods end.

        :return: `stock.location` record
        """
        raise NotImplementedError

    def check(self, orders):
        """Fail where a return did not end as it should.

        :param orders: `sale.order` records
        """
        lines = orders.order_line
        deliveries = lines.move_ids.filtered(lambda move: move.location_dest_id.usage == "customer")
        receipts = deliveries.returned_move_ids
        refunds = orders.invoice_ids.filtered(lambda move: move.move_type == "out_refund")
        location = self.get_returns_location()
        self._expect("a sales order line", lines, len(orders))
        self._expect("not delivered any more", lines.filtered(lambda line: line.qty_delivered == 0), len(orders))
        self._expect("not invoiced any more", lines.filtered(lambda line: line.qty_invoiced == 0), len(orders))
        self._expect(
            "received as a return of the delivery",
            receipts.filtered(lambda move: move.state == "done" and move.quantity == QUANTITY),
            len(orders),
        )
        self._expect("its own receipt", receipts.picking_id.filtered(lambda p: p.state == "done"), len(orders))
        self._expect(
            "a draft credit note of the whole invoice",
            refunds.filtered(
                lambda refund: (
                    refund.state == "draft"
                    and refund.reversed_entry_id in orders.invoice_ids
                    and refund.currency_id.compare_amounts(refund.amount_total, REFUND_TOTAL) == 0
                )
            ),
            len(orders),
        )
        here = receipts.move_dest_ids.filtered(lambda move: move.state == "done") or receipts
        self._expect(
            "goods where they belong", here.filtered(lambda move: move.location_dest_id == location), len(orders)
        )

    def validate(self, pickings, user):
        """Validate transfers in one batch, and fail where Odoo asks a question instead of doing it.

        :param pickings: `stock.picking` records
        :param user: `res.users` record, of the warehouse
        """
        # By their ids, as a request does: these records would not be read in one batch, the first request forgot them.
        answer = pickings.with_user(user).browse(pickings.ids).button_validate()
        if answer is not True:
            raise AssertionError(f"{self.label}: validating the receipts asks: {answer.get('name')}")

    def _expect(self, what, records, count):
        if len(records) != count:
            raise AssertionError(f"{self.label}: {what}: {len(records)} of {count}")

    def _create_user(self, login, *groups):
        """Make someone with these rights and no others.

        :param groups: XML ids of groups
        :return: `res.users` record
        """
        return self.env["res.users"].create(
            {
                "name": login,
                "login": f"bench_{login}",
                "email": f"{login}@example.com",
                "group_ids": [Command.set([self.env.ref(group).id for group in groups])],
            }
        )
