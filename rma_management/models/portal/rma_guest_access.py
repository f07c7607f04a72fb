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


# No window of the back end: it is forgotten after a day.
class RmaGuestAccess(models.TransientModel):  # pylint: disable=no-wizard-in-models
    """A guest who wants to return something of an order: proved by a code that is mailed to the address of the order.

    A row is written for right data and for wrong data alike, by the same queries, and the code is mailed by a
    scheduled job: neither the answer nor its time tells which it was.
    """

    _name = "rma.guest.access"
    _description = "Guest Access to an Order"
    _transient_max_hours = 24.0

    token = fields.Char(required=True, readonly=True, default=lambda self: secrets.token_urlsafe(32))
    number = fields.Char(readonly=True, help="As entered, in uppercase.")
    email = fields.Char(required=True, readonly=True)
    ip = fields.Char(readonly=True)
    sale_order_id = fields.Many2one(
        "sale.order", readonly=True, ondelete="cascade", help="Empty if the number or email is wrong."
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
        """Tell whether a machine asked so often for this order and address, or for any, that it has to wait. What
        others ask counts for them: nobody locks a customer out.

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
        """Ask for a code.

        :param number: number of an order, as it was typed
        :param email: address, as it was typed
        :param company: `res.company` whose orders count
        :param ip: address of the visitor's machine
        :return: `rma.guest.access` record, whether the data is right or wrong
        """
        address = email_normalize(email) or ""
        number = (number or "").strip()
        order = self.env["sale.order"].search(
            [
                ("name", "in", [number, number.upper()]),
                ("state", "=", "sale"),
                ("company_id", "=", company.id),
                "|",
                "|",
                ("partner_id.email_normalized", "=", address),
                ("partner_invoice_id.email_normalized", "=", address),
                ("partner_shipping_id.email_normalized", "=", address),
            ],
            limit=1,
        )
        access = self.create(
            {
                "email": address or (email or "").strip() or "?",
                "number": number.upper(),
                "ip": ip,
                "sale_order_id": order.id if address else False,
            }
        )
        self.env.ref("rma_management.ir_cron_guest_codes")._trigger()
        return access

    @api.model
    def _find(self, token):
        """Find the access that a visitor asked for.

        :param token: what the visitor's session holds
        :return: `rma.guest.access` record, empty where there is none
        """
        return self.search([("token", "=", token)], limit=1) if token else self.browse()

    @api.model
    def _cron_send_codes(self):
        """Mail the codes that guests wait for."""
        waiting = self.search([("state", "=", "waiting"), ("date_expire", ">", fields.Datetime.now())])
        self.env["ir.cron"]._commit_progress(remaining=len(waiting))
        for access in waiting:
            access._send_code()
            self.env["ir.cron"]._commit_progress(1)

    def _send_code(self):
        """Draw a code and mail it to the address of the order. Only the mail holds it, the record its seal."""
        self.ensure_one()
        if self._is_mailbox_full():
            self.state = "sent"
            return
        code = f"{secrets.randbelow(10**6):06d}"
        self.write({"state": "sent", "code_hash": self._seal(code)})
        template = self.env.ref("rma_management.mail_template_guest_code")
        with self.env.cr.savepoint() as savepoint:
            template.with_context(rma_code=code, rma_minutes=CODE_MINUTES).send_mail(
                self.id, email_layout_xmlid="mail.mail_notification_light"
            )
            if not self.sale_order_id:
                # Made and thrown away: how busy the server is for a moment must not tell wrong data from right data.
                savepoint.rollback()

    def _is_mailbox_full(self):
        """Tell whether so many codes went to an address within a day that no more go there.

        :rtype: bool
        """
        since = fields.Datetime.now() - timedelta(days=1)
        # What was asked with wrong data went nowhere, and takes nobody's place.
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
        """Compare a code. Each try counts; a code is good for one success.

        :param code: what the visitor typed
        :return: `sale.order` record that it opens, empty where the code is wrong, too old, used or tried too often
        """
        self.ensure_one()
        # Tries at the same time wait here, and count one after the other.
        self.env.cr.execute(SQL("UPDATE rma_guest_access SET write_date = write_date WHERE id = %s", self.id))
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
