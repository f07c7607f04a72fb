from odoo import api, fields, models

from ..models.policy.rma_policy_condition_mixin import CONDITIONS


class RmaPolicyExplain(models.TransientModel):
    """Explain what the return policy decides about an order line: which rule, why none before it, and until when."""

    _name = "rma.policy.explain"
    _inherit = ["rma.window.mixin", "rma.operation.mixin"]
    _description = "Explain the Return Policy"

    sale_line_id = fields.Many2one(
        "sale.order.line", string="Sales Order Line", required=True, readonly=True, ondelete="cascade"
    )
    product_id = fields.Many2one(related="sale_line_id.product_id")
    stated_condition = fields.Selection(CONDITIONS)
    quantity_refusal = fields.Char(compute="_compute_explanation")
    refusal = fields.Char(compute="_compute_explanation")
    rule_id = fields.Many2one("rma.policy.rule", string="Decided by", compute="_compute_explanation")
    last_day = fields.Date(compute="_compute_explanation")
    explanation = fields.Html(compute="_compute_explanation", sanitize=False)

    @api.model
    def _get_guarded_links(self):
        return super()._get_guarded_links() + ["sale_line_id"]

    @api.depends("sale_line_id", "reason_id", "operation_type_id", "stated_condition")
    def _compute_explanation(self):
        rules = self.env["rma.policy.rule"]
        for window in self:
            # Who may open the window may read why, whatever their access to what the policy looks at.
            sold = window.sale_line_id.sudo()
            details = {
                "reason": window.reason_id,
                "operation_type": window.operation_type_id,
                "stated_condition": window.stated_condition,
            }
            verdict = rules._decide([sold._prepare_policy_item(**details)], explain=True)[0]
            window.rule_id = rules.browse(verdict.rule_id)
            window.last_day = verdict.until
            window.quantity_refusal = sold._get_quantity_refusal()
            # With what addons refuse by themselves.
            window.refusal = sold._get_policy_refusal(**details)
            window.explanation = window._render_steps(verdict)

    def _render_steps(self, verdict):
        """Return what happened to each rule, as a table.

        :param verdict: `PolicyVerdict`
        :rtype: Markup
        """
        # As above.
        rules = self.env["rma.policy.rule"].sudo()
        steps = [
            {
                "rule": rules.browse(rule_id),
                "result": result,
                "conditions": [rules.browse(rule_id)._format_condition(name) for name in names],
            }
            for rule_id, result, names in verdict.steps
        ]
        return self.env["ir.qweb"]._render("rma_management.policy_explanation", {"steps": steps, "verdict": verdict})
