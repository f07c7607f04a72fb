from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class RmaProcess(models.TransientModel):
    """The settling engine with its plan shown, to be changed before it is carried out."""

    _name = "rma.process"
    _description = "Process Return"

    rma_id = fields.Many2one("rma.order", string="Return", required=True, ondelete="cascade")
    partner_id = fields.Many2one(related="rma_id.partner_id")
    currency_id = fields.Many2one(related="rma_id.currency_id")
    line_ids = fields.One2many(
        "rma.process.line",
        "wizard_id",
        string="Items",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    amount_total_refund = fields.Monetary(
        string="Total Refund",
        compute="_compute_amount_total_refund",
        help="Total of the credit notes that will be made, taxes included.",
    )

    @api.depends("rma_id")
    def _compute_line_ids(self):
        """Fill in the plan: what each line's operation and disposition would do by themselves."""
        for wizard in self:
            wizard.line_ids = [Command.clear()] + [
                Command.create(wizard._prepare_line_values(line)) for line in wizard.rma_id.line_ids
            ]

    @api.model
    def _prepare_line_values(self, line):
        """Prepare the plan of one returned product.

        :param line: `rma.order.line`
        :return: values of `rma.process.line`
        """
        due = {resolution: getattr(line, f"_due_{resolution}")() for resolution in line._get_resolutions()}
        if line._is_exchange():
            # The credit of an exchanged product is part of the exchange.
            due["refund"] = max(0.0, due["refund"] - due["replace"])
        disposition = line.operation_type_id.disposition
        to_dispose = line.qty_to_dispose
        return {
            "rma_line_id": line.id,
            "qty_refund": due["refund"],
            "qty_replace": due["replace"],
            "qty_repair": due["repair"],
            "exchange": bool(due["replace"]),
            "replacement_product_id": line.replacement_product_id.id or (due["replace"] and line.product_id.id),
            "qty_restock": to_dispose if disposition == "restock" else 0.0,
            "qty_scrap": to_dispose if disposition == "scrap" else 0.0,
            "restock_location_id": line._get_default_restock_location().id,
        }

    @api.depends("line_ids.qty_refund", "line_ids.qty_replace", "line_ids.exchange", "line_ids.replacement_product_id")
    def _compute_amount_total_refund(self):
        for wizard in self:
            wizard.amount_total_refund = wizard._get_amount_refund()

    def _get_amount_refund(self):
        """Compute what the credit notes of this screen will total, in the currency of the return.

        :rtype: float
        """
        self.ensure_one()
        quantities = {
            line.rma_line_id.sudo(): line._get_qty_credit() for line in self.line_ids if line._get_qty_credit() > 0
        }
        # Returns staff see the total without rights in accounting.
        lines = self.env["rma.order.line"].sudo().union(*quantities)
        shares, _uninvoiced = lines._get_refund_shares(quantities)
        order = self.rma_id
        return sum(
            share["invoice_line"].currency_id._convert(
                share["amounts"]["total_excluded_currency"]
                + sum(
                    amount
                    for key, amount in share["amounts"].items()
                    if isinstance(key, tuple) and key[1] == "tax_amount_currency"
                ),
                order.currency_id,
                order.company_id,
                fields.Date.context_today(self),
            )
            for share in shares
        )

    def action_complete(self):
        """Carry out what the screen shows, in one transaction.

        :return: action that closes the window
        :raise UserError: when a quantity cannot be, or a document cannot be made; nothing is done then
        """
        self.ensure_one()
        order = self.rma_id
        order._check_may_settle()
        self.line_ids._check_quantities()
        for line in self.line_ids:
            line._decide()
        order.line_ids._settle(dispose=False)
        self.line_ids._dispose()
        self._check_settled()
        return {"type": "ir.actions.act_window_close"}

    def _check_settled(self):
        """Make sure that the screen settled all that had arrived.

        :raise UserError: when something is left
        """
        for line in self.rma_id.line_ids:
            if line.qty_to_settle:
                raise UserError(
                    self.env._(
                        "%(quantity)s %(unit)s of %(product)s could not be settled.",
                        quantity=line.qty_to_settle,
                        unit=line.product_uom_id.name,
                        product=line.product_id.display_name,
                    )
                )
