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
        "CHECK(rma_withdrawal_days >= 0 AND rma_withdrawal_alarm_days >= 0)",
        "The withdrawal period and its alarm cannot be negative.",
    )

    def _get_withdrawal_user(self):
        """Return who handles withdrawals: the responsible for returns, or else a returns manager.

        :return: `res.users` record, empty where there is neither
        """
        self.ensure_one()
        manager_id = self.env["ir.model.data"]._xmlid_to_res_id("rma_management.group_rma_manager")
        domain = Domain("all_group_ids", "in", [manager_id]) & Domain("company_ids", "in", self.ids)
        return self.rma_responsible_id or self.env["res.users"].search(domain, order="id", limit=1)
