import logging
from datetime import timedelta

import psycopg2
from odoo import api, fields, models
from odoo.tools import escape_psql

_logger = logging.getLogger(__name__)

RECEIPTS_PER_DAY = 20


class RmaWithdrawal(models.Model):
    """What follows at once from a declaration: its order is looked for, the receipt is mailed, and staff are told."""

    _inherit = "rma.withdrawal"

    @api.model
    def _cron_receive(self):
        """Look for the orders of new declarations, mail the receipts, and tell staff."""
        waiting = self.search([("is_waiting", "=", True)], order="id")
        self.env["ir.cron"]._commit_progress(remaining=len(waiting))
        for withdrawal in waiting:
            is_received = withdrawal._try("_receive")
            # The receipt is on its way: whatever happens afterwards does not send it again.
            self.env["ir.cron"]._commit_progress(1)
            if is_received:
                withdrawal._accept_automatically()
                withdrawal._try("_ask_staff")
                self.env["ir.cron"]._commit_progress()

    def _try(self, method):
        """Do something with one declaration that must not keep the others waiting. What fails is tried again.

        :param method: name of a method
        :return: what the method returns, False if it failed
        """
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                return getattr(self, method)()
        except psycopg2.OperationalError:
            raise
        except Exception:  # pylint: disable=broad-except
            # No program to draw PDF files, a deleted template, or an error of another addon.
            _logger.exception("%s of %s failed.", method, self.name)
            return False

    def _receive(self):
        """Look for the order, and mail the receipt.

        :return: whether this job did so
        """
        self.ensure_one()
        # A second job waits here.
        if not self.try_lock_for_update() or not self.is_waiting:
            return False
        order = self.sale_order_id
        if not order:
            order = self.env["rma.guest.access"]._find_order(self.order_reference, self.email, self.company_id)
        values = {"is_waiting": False, "user_id": self.company_id._get_withdrawal_user(order).id}
        if not self.sale_order_id:
            values["sale_order_id"] = order.id
        # An activity asks the responsible to decide: one mail is enough.
        self.with_context(mail_auto_subscribe_no_notify=True).write(values)
        if not self._is_mailbox_full():
            self._send_receipt()
        return True

    def _is_mailbox_full(self):
        """Return whether an address has got as many receipts today as one may: nobody floods the mailbox of another,
        and nobody keeps a customer who is known from a receipt.

        :rtype: bool
        """
        # Who proved an order may have entered somebody else's address.
        known = self.is_verified and self.env["rma.guest.access"]._find_order(
            self.order_reference, self.email, self.company_id
        )
        if known:
            return False
        since = fields.Datetime.now() - timedelta(days=1)
        lately = [
            ("email", "=ilike", escape_psql(self.email.strip())),
            ("source", "=", "website"),
            ("create_date", ">", since),
        ]
        return self.search_count([*lately, ("id", "<", self.id)], limit=RECEIPTS_PER_DAY) >= RECEIPTS_PER_DAY

    def _send_receipt(self):
        self.ensure_one()
        template = self.env.ref("rma_management.mail_template_withdrawal_receipt")
        template.send_mail(self.id, force_send=True, email_layout_xmlid="rma_management.mail_layout")

    def _verify(self, order):
        """Record that the customer proved the address of an order. A declaration that names it is theirs.

        :param order: `sale.order` record
        """
        named = self.filtered(
            lambda withdrawal: (
                not withdrawal.is_verified
                and withdrawal.company_id == order.company_id
                and withdrawal.order_reference.strip().upper() == order.name.upper()
                and withdrawal.sale_order_id in (order, order.browse())
            )
        )
        for withdrawal in named:
            if not withdrawal.sale_order_id:
                withdrawal.sale_order_id = order
            withdrawal.is_verified = True
            withdrawal._accept_automatically()
