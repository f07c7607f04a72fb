from odoo import fields, models
from odoo.fields import Domain


class ResCompany(models.Model):
    _inherit = "res.company"

    rma_withdrawal_ok = fields.Boolean(
        string="Withdrawal Function", default=True, help="Customers can withdraw from a contract on the website."
    )
    rma_withdrawal_days = fields.Integer(
        string="Withdrawal Period", default=14, help="In days. The law of the European Union requires at least 14."
    )
    rma_withdrawal_told = fields.Boolean(
        string="Customers Are Told of Their Right",
        default=True,
        help="If unchecked, the withdrawal period is twelve months longer, as the law has it.",
    )
    rma_withdrawal_auto = fields.Boolean(
        string="Accept Withdrawals Automatically",
        help="Accept what is declared in time, without exceptions, by a customer whose address is verified.",
    )
    rma_withdrawal_alarm_days = fields.Integer(
        string="Refund Alarm", default=3, help="Number of days before a refund is due that staff are alarmed."
    )

    _rma_withdrawal_positive = models.Constraint(
        "CHECK(rma_withdrawal_days BETWEEN 0 AND 3650 AND rma_withdrawal_alarm_days BETWEEN 0 AND 3650)",
        "The withdrawal period and its alarm must be from zero to ten years.",
    )

    def _get_withdrawal_user(self, order):
        """Return who handles a withdrawal: the responsible for returns of the sales team, the warehouse or the company,
        or else a returns manager.

        :param order: `sale.order` record, possibly empty
        :return: `res.users` record, empty where there is neither
        """
        self.ensure_one()
        manager_id = self.env["ir.model.data"]._xmlid_to_res_id("rma_management.group_rma_manager")
        domain = Domain("all_group_ids", "in", [manager_id]) & Domain("company_ids", "in", self.ids)
        named = (order.team_id.rma_responsible_id, order.warehouse_id.rma_responsible_id, self.rma_responsible_id)
        known = (user for user in named if user.active and self in user.company_ids)
        return next(known, None) or self.env["res.users"].search(domain, order="id", limit=1)
