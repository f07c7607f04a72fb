from odoo import api, fields, models

from .rma_policy_engine_mixin import PolicyVerdict
from .rma_policy_facts import PolicyFacts


class SaleOrderLine(models.Model):
    """Ask the return policy about order lines."""

    _inherit = "sale.order.line"

    def action_explain_policy(self):
        """Open the window that explains what the return policy decides about this order line.

        :return: window action
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Return Policy: %s", self.product_id.display_name),
            "res_model": "rma.policy.explain",
            "view_mode": "form",
            "target": "new",
            "context": {"default_sale_line_id": self.id},
        }

    def _get_policy_verdict(self, quantity=0.0, product=None, **details):
        """Return what the rules of the return policy decide about an item.

        :param quantity: see `_get_policy_refusal`
        :param product: see `_get_policy_refusal`
        :param details: see `_prepare_policy_item`
        :return: `PolicyVerdict`
        """
        line = details.get("rma_line")
        if line and line.state == "requested" and line.policy_date:
            # Decided when it was requested. A change of the item forgets that.
            verdict = PolicyVerdict()
            verdict.rule_id = line.policy_rule_id.id
            return verdict
        product = product or self.product_id
        if not product:
            return PolicyVerdict()
        known = self.env.context.get("rma_policy_facts")
        known = known if isinstance(known, PolicyFacts) else None
        item = self._prepare_policy_item(product=product, **details)
        return self.env["rma.policy.rule"]._decide([item], known)[0]

    @api.model
    def _get_known_details(self, rma_line):
        """Return what is known of an item of a return.

        :param rma_line: `rma.order.line` record, possibly empty
        :return: {name of the detail: value}
        """
        if not rma_line:
            return {}
        # As `_prepare_policy_item`: the policy looks at what the user may not see.
        line = rma_line.sudo()
        return {
            "reason": line.reason_id,
            "operation_type": line.operation_type_id,
            "stated_condition": line.stated_condition,
            "has_photo": bool(line.attachment_ids),
            "lots": line.lot_ids,
            "partner": line.order_id.partner_id,
            "company": line.order_id.company_id,
            "move": line.move_id,
        }

    def _prepare_policy_item(self, product=None, rma_line=None, asked=None, **details):
        """Prepare an item for the return policy. What a door does not know yet, it leaves out.

        :param product: `product.product` that comes back; these records are empty if no order sold it
        :param rma_line: `rma.order.line` of the item, once there is one
        :param asked: datetime of the request, now by default
        :param details: `reason`, `operation_type`, `stated_condition`, `has_photo`, `lots`, `partner`, `company` and
            `move`
        :return: {name: value}
        """
        if self:
            self.ensure_one()
        # The policy looks at orders and customers that whoever asks may not see; they are told the decision only.
        sale_line = self.sudo()._origin
        known = {**self._get_known_details(rma_line), **details}
        order = sale_line.order_id
        lots = known.get("lots")
        return {
            "sale_line": sale_line,
            "product": (product or self.product_id).sudo()._origin,
            "partner": (order.partner_id or known.get("partner") or self.env["res.partner"]).sudo()._origin,
            "company": order.company_id or known.get("company") or self.env.company,
            "move": (known.get("move") or self.env["stock.move"]).sudo(),
            "stated": {
                "asked": asked or fields.Datetime.now(),
                "reason_id": (known.get("reason") or self.env["rma.return.reason"])._origin.id,
                "operation_type_id": (known.get("operation_type") or self.env["rma.operation.type"])._origin.id,
                "stated_condition": known.get("stated_condition") or False,
                "has_photo": known.get("has_photo"),
                "has_lots": None if lots is None else bool(lots),
                "rma_id": (rma_line and rma_line.order_id._origin.id) or False,
            },
        }

    def _with_policy_facts(self):
        """Return these records with the facts of all of them gathered at once, for code that asks about one after the
        other.

        :return: `sale.order.line` records
        """
        return self.with_context(rma_policy_facts=self._gather_policy_facts())

    def _gather_policy_facts(self, rma_lines=None):
        """Return the facts of these order lines, and of items of returns.

        :param rma_lines: `rma.order.line` records
        :return: `PolicyFacts`
        """
        known = PolicyFacts()
        items = [line._prepare_policy_item() for line in self if line.product_id]
        items += [
            line.sale_line_id.sudo()._prepare_policy_item(product=line.product_id, rma_line=line)
            for line in rma_lines or ()
            if line.product_id
        ]
        self.env["rma.policy.rule"]._gather_facts(items, known)
        return known
