from odoo import api, fields, models


class RmaOrder(models.Model):
    """Follow what the rules of the items say about the return as a whole: its tags, and who approves it."""

    _inherit = "rma.order"

    tag_ids = fields.Many2many(
        "rma.order.tag", string="Tags", copy=False, help="For staff only; never shown to customers."
    )

    @api.model
    def _get_writable_fields(self, state):
        return super()._get_writable_fields(state) | {"tag_ids"}

    def _get_policy_groups(self):
        """Return the groups that the rules of the items demand the approval of, in the order of the items.

        :return: `res.groups` records
        """
        self.ensure_one()
        # Who approves is known to whoever asks for it, whatever their access to rules.
        return self.sudo().line_ids.policy_rule_id.approver_group_id
