import psycopg2
from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# Limits for unsent requests of one visitor. The oldest requests are dropped, so that nobody is locked out.
MAX_OPEN_REQUESTS = 5
MAX_OPEN_BYTES = 60 * 1024 * 1024


class RequestChoices:
    """What can be chosen, read once for all items. No request can contain one in its context."""

    __slots__ = ("by_reason",)

    def __init__(self, by_reason):
        self.by_reason = by_reason


# Not a wizard: transient, so that records are deleted after a day.
class RmaRequest(models.TransientModel):  # pylint: disable=no-wizard-in-models
    """Hold what a customer has entered on the website so far. It becomes one return when sent.

    Customers have no rights on it: the controllers find it by its token, and check whose it is.
    """

    _name = "rma.request"
    _description = "Return Request of a Customer"
    _transient_max_hours = 24.0

    token = fields.Char(required=True, readonly=True, help="Identifies the request in URLs and forms.")
    visitor_id = fields.Many2one(
        "res.partner", readonly=True, help="The logged-in customer. Empty for a guest, whose session holds the token."
    )
    gift_email = fields.Char(
        readonly=True, help="The verified address of whoever received the items as a gift, and returns them."
    )
    sale_order_ids = fields.Many2many("sale.order", string="Sales Orders", readonly=True)
    line_ids = fields.One2many("rma.request.line", "request_id", string="Items")
    customer_note = fields.Text(string="Customer Remark")
    rma_id = fields.Many2one("rma.order", string="Return", readonly=True, ondelete="cascade")

    _token_uniq = models.UniqueIndex("(token)")

    @api.model
    def _find(self, token):
        """Return a request.

        :param token: what the visitor sent
        :return: `rma.request` record, empty if there is none
        """
        return self.search([("token", "=", token)], limit=1) if token else self.browse()

    @api.model
    def _start(self, token, orders, quantities, visitor, gift_email=False):
        """Start a request, or go back to its first step.

        :param token: text that names it
        :param orders: `sale.order` records that the visitor may return items from
        :param quantities: {sales order line of these orders: quantity in its unit of measure, above zero}
        :param visitor: `res.partner` who is logged in, empty for a guest
        :param gift_email: verified address of whoever received a gift
        :return: `rma.request` record, empty if a concurrent click is creating it
        """
        request = self._find(token)
        if request.gift_email != gift_email and request:
            # It would tell what a gift cost, or give it to whoever bought nothing.
            return self.browse()
        if not request:
            self._get_open_requests(visitor, orders, gift_email)[MAX_OPEN_REQUESTS - 1 :]._forget()
            try:
                with self.env.cr.savepoint():
                    request = self.create({"token": token, "visitor_id": visitor.id, "gift_email": gift_email})
            except psycopg2.errors.UniqueViolation:
                return self.browse()
        request._set_items(orders, quantities)
        return request

    @api.model
    def _get_open_requests(self, visitor, orders, gift_email=False):
        """Return the unsent requests of a visitor, newest first. Guests are identified by their verified orders.

        :param visitor: `res.partner` who is logged in, empty for a guest
        :param orders: `sale.order` records of a guest
        :param gift_email: verified address of whoever received a gift
        :return: `rma.request` records
        """
        domain = [("rma_id", "=", False), ("visitor_id", "=", visitor.id), ("gift_email", "=", gift_email)]
        if not visitor:
            domain += [("sale_order_ids", "in", orders.ids)]
        return self.search(domain, order="id desc")

    def _get_open_bytes(self):
        """Return the size of the photos in this visitor's unsent requests.

        :return: number of bytes
        """
        self.ensure_one()
        requests = self | self._get_open_requests(self.visitor_id, self.sale_order_ids, self.gift_email)
        return sum(requests.line_ids.attachment_ids.mapped("file_size"))

    def _forget(self):
        # A cascade in the database would leave the photos behind.
        self.line_ids.unlink()
        self.unlink()

    def _set_items(self, orders, quantities):
        """Set the items of the first step, keeping the details of those already there.

        :param orders: `sale.order` records
        :param quantities: {sales order line: quantity in its unit of measure}
        """
        self.ensure_one()
        kept = self.line_ids.grouped("sale_line_id")
        commands = [Command.delete(line.id) for sale_line, line in kept.items() if sale_line not in quantities]
        for sale_line, quantity in quantities.items():
            if sale_line in kept:
                commands.append(Command.update(kept[sale_line].id, {"product_uom_qty": quantity}))
            else:
                commands.append(Command.create({"sale_line_id": sale_line.id, "product_uom_qty": quantity}))
        self.write({"sale_order_ids": [Command.set(orders.ids)], "line_ids": commands})

    def _get_reasons(self):
        """Return the reasons that whoever makes this request may choose.

        :return: `rma.return.reason` records
        """
        return self.env["rma.return.reason"].union(*self._get_choices())

    def _get_choices(self):
        """Return the reasons that whoever makes this request may choose, and the resolutions that go with each.

        :return: {`rma.return.reason` record: `rma.operation.type` records}
        """
        known = self.env.context.get("rma_choices")
        return known.by_reason if isinstance(known, RequestChoices) else self._find_choices()

    def _find_choices(self):
        """Return what `_get_choices` does, read anew. Override it to offer less.

        :return: {`rma.return.reason` record: `rma.operation.type` records}
        """
        reasons = self.env["rma.return.reason"].search([("portal_ok", "=", True)])
        return {reason: operations for reason, operations in reasons._get_portal_by_reason().items() if operations}

    def _get_quantity_errors(self):
        """Return the quantity errors by now: another return may have come first.

        :return: {line: sentence}
        """
        errors = {}
        for line in self._get_lines():
            sentence = line.sale_line_id._get_return_refusal(line.product_uom_qty, **line._get_refusal_details())
            if sentence:
                errors[line] = sentence
        return errors

    def _get_lines(self):
        """Return the items, as `_gather` leaves them.

        :return: `rma.request.line` records
        """
        return self._gather().line_ids

    def _gather(self):
        """Return this request with what the return policy looks at, and what can be chosen, read for all items at once.

        :return: `rma.request` record
        """
        if isinstance(self.env.context.get("rma_choices"), RequestChoices):
            return self
        facts = self.line_ids.sale_line_id._gather_policy_facts()
        return self.with_context(rma_policy_facts=facts, rma_choices=RequestChoices(self._find_choices()))

    def _get_detail_errors(self):
        """Return what the second step still lacks, or what the policy refuses for the chosen reason.

        :return: {line: sentence}
        """
        return {
            line: sentence
            for line in self._get_lines()
            if (sentence := line._get_missing() or line._get_policy_refusal())
        }

    def _send(self):
        """Create the return and request its approval. Sending it twice gives the same return.

        :return: `rma.order` record
        :raise UserError: when something is missing, or can no longer be returned
        """
        self.ensure_one()
        # A second click waits here and is retried with the result of the first one.
        self.env.cr.execute(SQL("UPDATE rma_request SET write_date = write_date WHERE id = %s", self.id))
        if self.rma_id:
            return self.rma_id
        errors = list({**self._get_quantity_errors(), **self._get_detail_errors()}.values())
        if errors or not self.line_ids:
            raise UserError(errors[0] if errors else self.env._("Choose what you want to send back."))
        # Customers have no access to returns, and guests have no user: the system requests for them.
        orders = self.env["rma.order"].with_user(self.env.user if self.visitor_id else SUPERUSER_ID).sudo()
        rma = orders.with_company(self.sale_order_ids[:1].company_id).create(self._prepare_rma_values())
        rma.action_request()
        for line, rma_line in zip(self.line_ids, rma.line_ids.sorted("id"), strict=True):
            line.attachment_ids.write({"res_model": rma_line._name, "res_id": rma_line.id})
        if not self.visitor_id:
            rma._message_log(body=self.env._("Requested by a guest with verified access to the mailbox %s.", rma.email))
        self.rma_id = rma
        return rma

    def _prepare_rma_values(self):
        """Prepare the return.

        :return: values of `rma.order`
        """
        self.ensure_one()
        orders = self.line_ids.sale_line_id.order_id
        values = orders[:1]._prepare_rma_values()
        if len(orders) > 1:
            values["sale_order_id"] = False
        values.update(
            customer_note=self.customer_note,
            user_id=False,
            line_ids=[Command.create(line._prepare_rma_line_values()) for line in self.line_ids],
        )
        return values
