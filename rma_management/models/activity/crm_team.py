from odoo import fields, models


class CrmTeam(models.Model):
    _inherit = "crm.team"

    rma_responsible_id = fields.Many2one(
        "res.users",
        string="Responsible for Returns",
        domain=lambda self: [("all_group_ids", "in", self.env.ref("rma_management.group_rma_user").ids)],
        help="Gets the activities of unassigned returns of this team's orders. If empty, the one of the warehouse.",
    )
