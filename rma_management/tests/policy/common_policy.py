from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class PolicyCase(RmaCase):
    """The shop with a return policy."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_policy()

    @classmethod
    def _set_up_policy(cls):
        # The demo data have rules of their own.
        cls.env["rma.policy.rule"].search([]).is_on = False
        cls._stop_clock()
        cls.order = cls._sell_and_invoice((cls.chair, 4), (cls.table, 2))
        cls.sold = cls.order.order_line[0]

    @classmethod
    def _rule(cls, **values):
        """Make a rule that is switched on; records count as their ids."""
        values = {
            name: [Command.set(value.ids)] if hasattr(value, "ids") and name.endswith("_ids") else value
            for name, value in values.items()
        }
        values = {name: value.id if hasattr(value, "ids") else value for name, value in values.items()}
        return (
            cls.env["rma.policy.rule"]
            .with_user(cls.rma_manager)
            .create({"name": "Rule", "decision": "refuse", "refusal_message": "Not this.", "is_on": True, **values})
        )

    @classmethod
    def _age(cls, days, order=None):
        """Let an order be placed and delivered some days ago."""
        order = order or cls.order
        moment = fields.Datetime.now() - timedelta(days=days)
        order.picking_ids.move_ids.date = moment
        order.date_order = moment

    @classmethod
    def _date_invoice(cls, day):
        invoice = cls.order.invoice_ids
        invoice.button_draft()
        invoice.invoice_date = day
        invoice.action_post()

    def _verdict(self, line=None, **details):
        return (self.sold if line is None else line)._get_policy_verdict(**details)

    def _refuses(self, line=None, **details):
        return bool((self.sold if line is None else line)._get_policy_refusal(1.0, **details))

    def _ask_for(self, product=None, operation=None, user=None, **values):
        return self._ask(
            self.order, (product or self.chair, 1, operation or self.refund, values), user=user or self.rma_manager
        )
