from odoo.addons.rma_management.tests.common import RmaCase
from odoo.tests import new_test_user


class HelpdeskCase(RmaCase):
    """The shop with a help desk: two teams, an agent of each, and one who has other rights, too."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Nothing but the help desk: no sales, no stock, no accounting, no returns.
        cls.agent = cls._create_user("desk_agent", "helpdesk_mgmt.group_helpdesk_user_team")
        cls.own_agent = cls._create_user("desk_own", "helpdesk_mgmt.group_helpdesk_user_own")
        # Sees the tickets of all teams, and is in another one.
        cls.other_agent = cls._create_user("desk_other", "helpdesk_mgmt.group_helpdesk_user")
        cls.desk_manager = cls._create_user("desk_manager", "helpdesk_mgmt.group_helpdesk_manager")
        cls.rich_agent = cls._create_user(
            "desk_rich",
            "helpdesk_mgmt.group_helpdesk_user_team,stock.group_stock_user,sales_team.group_sale_salesman_all_leads,"
            "account.group_account_invoice",
        )
        cls.outsider = cls._create_user("desk_outsider", "base.group_user")
        cls.project = cls.env["project.project"].create({"name": "Visits", "privacy_visibility": "portal"})
        cls.team = cls.env["helpdesk.ticket.team"].create(
            {
                "name": "After-Sales",
                "user_ids": [(6, 0, (cls.agent | cls.own_agent | cls.rich_agent).ids)],
                "use_refunds": True,
                "refund_limit": 100000.0,
                "use_coupons": True,
                "use_returns": True,
                "use_repairs": True,
                "use_field_service": True,
                "field_service_project_id": cls.project.id,
            }
        )
        cls.other_team = cls.env["helpdesk.ticket.team"].create(
            {"name": "Plain", "user_ids": [(6, 0, cls.other_agent.ids)]}
        )
        cls.reason.operation_type_id = cls.refund
        defaults = cls.env["loyalty.program"]._program_type_default_values()["coupons"]
        cls.env["loyalty.program"].search([]).active = False
        cls.program = cls.env["loyalty.program"].create(
            {**defaults, "name": "Sorry for the Trouble", "program_type": "coupons"}
        )

    @classmethod
    def _create_user(cls, login, groups):
        return new_test_user(cls.env, login, groups, email=f"{login}@example.com")

    def _ticket(self, order=None, user=None, **values):
        """Make a ticket of the customer about an order, and give it to the agent."""
        return (
            self.env["helpdesk.ticket"]
            .create(
                {
                    "name": "It is broken",
                    "description": "<p>It does not work any more.</p>",
                    "team_id": self.team.id,
                    "user_id": (user or self.agent).id,
                    "partner_id": (order.partner_id if order else self.customer).id,
                    "sale_order_id": order.id if order else False,
                    **values,
                }
            )
            .with_user(user or self.agent)
        )

    def _open(self, ticket, action):
        """Press a button of a ticket, as its user; give the window."""
        result = getattr(ticket, action)()
        return ticket.env[result["res_model"]].browse(result["res_id"])

    def _refund(self, ticket, method="draft", **quantities):
        wizard = self._open(ticket, "action_refund")
        wizard.method = method
        wizard.choice_id = wizard.choice_id or wizard.invoice_ids[:1]
        wizard.action_refund()
        return wizard

    def _documents(self, ticket, kind):
        return ticket.sudo()._get_documents()[ticket.id][kind]
