from odoo import Command
from odoo.addons.rma_management.tests.common import RmaCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class RmaLoyaltyCase(RmaCase):
    """The shop, with programs of every kind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([]).active = False
        cls.coupons = cls._create_program("Sorry for the Trouble", "coupons")

    @classmethod
    def _create_program(cls, name, program_type, **values):
        defaults = cls.env["loyalty.program"]._program_type_default_values()[program_type]
        return cls.env["loyalty.program"].create(
            {**defaults, "name": name, "program_type": program_type, "currency_id": cls.company.currency_id.id, **values}
        )

    def _requested(self, *items, user=None):
        """A requested return of what was sold and invoiced."""
        order = self._sell_and_invoice(*(items or ((self.chair, 3),)))
        rma = self._ask(order, *((product, quantity, self.refund) for product, quantity in items or ((self.chair, 1),)))
        rma.action_request()
        return rma.with_user(user) if user else rma

    def _give_coupon(self, rma, **values):
        """Fill the window in and press Generate."""
        wizard = rma.env["rma.coupon.wizard"].browse(rma.action_give_coupon()["res_id"])
        wizard.write(values)
        wizard.action_generate()
        return wizard

    def _compose(self, action):
        """Open the email composer by the action that leads to it."""
        return self.env["mail.compose.message"].with_context(action["context"]).create({})

    def _create_reward(self, **values):
        return [Command.clear(), Command.create({"discount": 10, "required_points": 1, **values})]
