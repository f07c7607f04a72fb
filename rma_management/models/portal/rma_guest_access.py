import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, consteq, email_normalize, hmac

CODE_MINUTES = 15
CODE_TRIES = 5
TRIES_PER_PAIR = 5
TRIES_PER_IP = 200
LIMIT_HOURS = 1
MAILS_PER_DAY = 20


# Not a wizard: transient, so that records are deleted after a day.
class RmaGuestAccess(models.TransientModel):  # pylint: disable=no-wizard-in-models
    """Verify a guest who wants to return items, by a code emailed to the address of the order.

    Valid and invalid data are stored with the same queries, and the code is emailed by a scheduled job, so that
    neither the response nor its time reveals which it was.
    """

    _name = "rma.guest.access"
    _description = "Guest Access to an Order"
    _transient_max_hours = 24.0
    _code_job = "rma_management.ir_cron_guest_codes"
    _code_template = "rma_management.mail_template_guest_code"

    token = fields.Char(required=True, readonly=True, default=lambda self: secrets.token_urlsafe(32))
    number = fields.Char(readonly=True, help="As entered, in uppercase.")
    email = fields.Char(required=True, readonly=True)
    ip = fields.Char(readonly=True)
    sale_order_id = fields.Many2one(
        "sale.order",
        string="Sales Order",
        readonly=True,
        ondelete="cascade",
        help="Empty if the number or email is wrong.",
    )
    state = fields.Selection(
        [("waiting", "Waiting"), ("sent", "Sent"), ("used", "Used")], required=True, readonly=True, default="waiting"
    )
    code_hash = fields.Char(readonly=True)
    tries = fields.Integer(readonly=True)
    date_expire = fields.Datetime(
        required=True, readonly=True, default=lambda self: fields.Datetime.now() + timedelta(minutes=CODE_MINUTES)
    )

    _token_uniq = models.UniqueIndex("(token)")
    _email_idx = models.Index("(email, create_date)")
    _ip_idx = models.Index("(ip, create_date)")

    @api.model
    def _is_limited(self, number, email, ip):
        """Return whether an IP address requested too many codes, for this order and email or in total. Requests from
        elsewhere do not count, so that no one can lock out a customer.

        :param number: number as it was typed
        :param email: address as it was typed
        :param ip: address of the visitor's machine
        :rtype: bool
        """
        since = fields.Datetime.now() - timedelta(hours=LIMIT_HOURS)
        address = email_normalize(email) or (email or "").strip()
        lately = [("ip", "=", ip), ("create_date", ">", since)]
        pair = [("email", "=", address), ("number", "=", (number or "").strip().upper())]
        return (
            self.search_count(lately + pair, limit=TRIES_PER_PAIR) >= TRIES_PER_PAIR
            or self.search_count(lately, limit=TRIES_PER_IP) >= TRIES_PER_IP
        )

    @api.model
    def _ask(self, number, email, company, ip=None):
        """Request a code.

        :param number: number of an order, as it was typed
        :param email: address, as it was typed
        :param company: `res.company` whose orders count
        :param ip: address of the visitor's machine
        :return: `rma.guest.access` record, whether the data is right or wrong
        """
        address = email_normalize(email) or ""
        number = (number or "").strip()
        order = self._find_order(number, email, company)
        access = self.create(
            {
                "email": address or (email or "").strip() or "?",
                "number": number.upper(),
                "ip": ip,
                "sale_order_id": order.id,
            }
        )
        self.env.ref(self._code_job)._trigger()
        return access

    @api.model
    def _find_order(self, number, email, company):
        """Return the confirmed order that a number and an address belong to.

        :param number: number of an order, as it was typed
        :param email: address, as it was typed
        :param company: `res.company` whose orders count
        :return: `sale.order` record, empty if there is none
        """
        number, address = (number or "").strip(), email_normalize(email) or ""
        order = self.env["sale.order"].search(
            [
                ("name", "in", [number, number.upper()]),
                ("state", "=", "sale"),
                ("company_id", "=", company.id),
                "|",
                "|",
                ("partner_id.email_normalized", "=", address),
                ("partner_invoice_id.email_normalized", "=", address),
                # Whoever a gift was sent to is not to see what it cost.
                "&",
                ("partner_shipping_id.email_normalized", "=", address),
                ("rma_gift_code", "=", False),
            ],
            limit=1,
        )
        return order if address else order.browse()

    @api.model
    def _find(self, token):
        """Return the access that a visitor requested.

        :param token: what the visitor's session holds
        :return: `rma.guest.access` record, empty if there is none
        """
        return self.search([("token", "=", token)], limit=1) if token else self.browse()

    @api.model
    def _cron_send_codes(self):
        """Email the codes that guests requested."""
        waiting = self.search([("state", "=", "waiting"), ("date_expire", ">", fields.Datetime.now())])
        self.env["ir.cron"]._commit_progress(remaining=len(waiting))
        for access in waiting:
            access._send_code()
            self.env["ir.cron"]._commit_progress(1)

    def _send_code(self):
        """Generate a code and email it to the address of the order. Only a hash is stored."""
        self.ensure_one()
        if self._is_mailbox_full():
            self.state = "sent"
            return
        code = f"{secrets.randbelow(10**6):06d}"
        self.write({"state": "sent", "code_hash": self._seal(code)})
        template = self.env.ref(self._code_template)
        with self.env.cr.savepoint() as savepoint:
            template.with_context(rma_code=code, rma_minutes=CODE_MINUTES).send_mail(
                self.id, email_layout_xmlid="rma_management.mail_layout"
            )
            if not self.sale_order_id:
                # Created and discarded: the server load must not distinguish invalid from valid data.
                savepoint.rollback()

    def _is_mailbox_full(self):
        """Return whether an email address has reached its daily limit of codes.

        :rtype: bool
        """
        since = fields.Datetime.now() - timedelta(days=1)
        # Requests with invalid data were not sent, and do not count.
        domain = [
            ("email", "=", self.email),
            ("sale_order_id", "!=", False),
            ("code_hash", "!=", False),
            ("create_date", ">", since),
        ]
        return self.search_count(domain, limit=MAILS_PER_DAY) >= MAILS_PER_DAY

    def _seal(self, code):
        self.ensure_one()
        # The secret of the database is for administrators only.
        return hmac(self.env(su=True), "rma_guest_code", f"{self.token}:{code}")

    def _check_code(self, code):
        """Check a code. Each attempt counts; a code can be used once.

        :param code: what the visitor typed
        :return: `sale.order` record that it opens, empty if the code is wrong, expired, used or tried too often
        """
        self.ensure_one()
        # Concurrent attempts wait here and are counted one after the other.
        self.env.cr.execute(
            SQL("UPDATE %s SET write_date = write_date WHERE id = %s", SQL.identifier(self._table), self.id)
        )
        right = consteq(self.code_hash or self._seal(""), self._seal((code or "").strip().replace(" ", "")))
        good = (
            right
            and self.state == "sent"
            and self.tries < CODE_TRIES
            and self.date_expire > fields.Datetime.now()
            and self.sale_order_id
        )
        self.write({"tries": self.tries + 1, "state": "used" if good else self.state})
        return self.sale_order_id if good else self.env["sale.order"]
