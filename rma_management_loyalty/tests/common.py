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
        cls.wallets = cls._create_program("Wallet", "ewallet")
        cls.store_credit = cls.env.ref("rma_management_loyalty.rma_operation_type_store_credit")

    @classmethod
    def _create_program(cls, name, program_type, **values):
        defaults = cls.env["loyalty.program"]._program_type_default_values()[program_type]
        return cls.env["loyalty.program"].create(
            {
                **defaults,
                "name": name,
                "program_type": program_type,
                "currency_id": cls.company.currency_id.id,
                **values,
            }
        )

    def _approved(self, *items, user=None):
        """An approved return of what was sold and invoiced."""
        order = self._sell_and_invoice(*(items or ((self.chair, 3),)))
        rma = self._ask(order, *((product, quantity, self.refund) for product, quantity in items or ((self.chair, 1),)))
        rma.action_request()
        rma.with_user(self.rma_manager).action_approve()
        if user:
            rma.sudo().user_id = user
        return rma.with_user(user or self.rma_all)

    def _give_coupon(self, rma, **values):
        """Fill the window in and press Generate."""
        wizard = rma.env["rma.coupon.wizard"].browse(rma.action_give_coupon()["res_id"])
        wizard.write(values)
        wizard.action_generate()
        return wizard

    def _compose(self, action, user):
        """Open the email composer by the action that leads to it."""
        return self.env["mail.compose.message"].with_user(user).with_context(**action["context"]).create({})

    def _create_reward(self, **values):
        return [Command.clear(), Command.create({"discount": 10, "required_points": 1, **values})]

    # === Store credit ===

    def _settled(self, order, *items):
        """Return for store credit, and settle."""
        rma = self._return(order, *(item if len(item) > 2 else (*item, self.store_credit) for item in items))
        rma.action_settle()
        return rma

    def _wallet(self, program=None, partner=None):
        return self.env["loyalty.card"].search(
            [("program_id", "=", (program or self.wallets).id), ("partner_id", "=", (partner or self.customer).id)]
        )

    def _pay(self, invoice):
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids).create(
            {}
        )._create_payments()

    def _order_with_store_credit(self, product, card=None):
        """Order a product, and spend what is on the customer's card."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": product.id, "tax_ids": [Command.set(self.tax.ids)]})],
            }
        )
        if card:
            rewards = order._try_apply_code(card.code)
        else:
            order._update_programs_and_rewards()
            rewards = order._get_claimable_rewards()
        for coupon, reward in rewards.items():
            order._apply_program_reward(reward, coupon)
        return order
