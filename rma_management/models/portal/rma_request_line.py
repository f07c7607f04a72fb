from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..policy.rma_policy_condition_mixin import CONDITIONS
from .rma_request import MAX_OPEN_BYTES

MAX_PHOTOS = 6


# Not a wizard: transient, so that records are deleted after a day.
class RmaRequestLine(models.TransientModel):  # pylint: disable=no-wizard-in-models
    _name = "rma.request.line"
    _description = "Item of a Return Request"
    _transient_max_hours = 24.0

    request_id = fields.Many2one("rma.request", required=True, index=True, ondelete="cascade")
    sale_line_id = fields.Many2one("sale.order.line", string="Sales Order Line", required=True, ondelete="cascade")
    product_id = fields.Many2one(related="sale_line_id.product_id")
    product_uom_id = fields.Many2one(
        "uom.uom",
        compute="_compute_product_uom_id",
        store=True,
        precompute=True,
        help="The unit shown to the customer.",
    )
    product_uom_qty = fields.Float(string="Quantity", digits="Product Unit", required=True)
    reason_id = fields.Many2one("rma.return.reason", ondelete="cascade")
    operation_type_id = fields.Many2one("rma.operation.type", string="Resolution", ondelete="cascade")
    replacement_product_id = fields.Many2one("product.product", ondelete="cascade")
    lot_ids = fields.Many2many("stock.lot")
    stated_condition = fields.Selection(CONDITIONS)
    comment = fields.Text()
    attachment_ids = fields.Many2many("ir.attachment", string="Photos", bypass_search_access=True)

    @api.depends("sale_line_id")
    def _compute_product_uom_id(self):
        for line in self:
            line.product_uom_id = line.sale_line_id.returnable_uom_id

    def _get_operation_types(self):
        """Return the operations that the customer may choose for this item.

        :return: `rma.operation.type` records
        """
        self.ensure_one()
        return self._get_operation_types_for(self.reason_id or self.request_id._get_reasons())

    def _get_operation_types_for(self, reasons):
        """Return the operations that the customer may choose for this item with these reasons: what the reasons allow,
        and the return policy offers.

        :param reasons: `rma.return.reason` records
        :return: `rma.operation.type` records
        """
        self.ensure_one()
        offered = self.env["rma.operation.type"]
        choices = self.request_id._get_choices()
        for reason in reasons:
            ids = self._get_policy_verdict(reason=reason, operation_type=offered.browse()).operation_ids
            allowed = choices.get(reason, offered.browse())
            offered |= allowed.filtered(lambda operation, ids=ids: not ids or operation.id in ids)
        return offered.sorted()

    def _get_replacement_products(self):
        """Return the products that may be chosen instead of this item.

        :return: `product.product` records
        """
        self.ensure_one()
        return self.sale_line_id._get_replacement_products()

    def _get_lots(self):
        """Return the serial numbers that the customer can name.

        :return: `stock.lot` records
        """
        self.ensure_one()
        if self.product_id.tracking == "none":
            return self.env["stock.lot"]
        left = self.sale_line_id._get_rma_deliveries()[self.sale_line_id]._get_lots_returnable()
        return self.env["stock.lot"].union(*(lot for lot, quantity in left.items() if quantity > 0))

    def _get_missing(self):
        """Return what the customer still has to enter for this item.

        :return: sentence, empty where nothing is missing
        """
        self.ensure_one()
        product = self.product_id.name
        offered = self._get_operation_types()
        if not self.reason_id or self.reason_id not in self.request_id._get_reasons():
            return self.env._("Tell us why you are returning %s.", product)
        if not self.operation_type_id or self.operation_type_id not in offered:
            return self.env._(
                "For %(product)s with the reason “%(reason)s”, choose one of these: %(operations)s.",
                reason=self.reason_id.name,
                product=product,
                operations=", ".join(offered.mapped("name")),
            )
        replacement = self.replacement_product_id
        # It may have been archived, or be no longer for sale, since it was chosen.
        if self.operation_type_id.has_product and replacement and replacement not in self._get_replacement_products():
            return self.env._("%s is no longer offered in exchange. Choose another one.", replacement.name)
        missing = self._get_missing_by_policy()
        if missing:
            return missing
        if (
            self.lot_ids
            and self.product_id.tracking == "serial"
            and self.product_uom_id.compare(self.product_uom_qty, len(self.lot_ids))
        ):
            return self.env._(
                "Choose as many serial numbers of %(product)s as you are sending back (%(count)s), or none.",
                product=product,
                count=self.product_uom_id._format_rma_quantity(self.product_uom_qty),
            )
        return ""

    def _get_missing_by_policy(self):
        """Return what the reason or the return policy want to know or to see of this item.

        :return: sentence, empty where nothing is missing
        """
        self.ensure_one()
        product = self.product_id.name
        verdict = self._get_policy_verdict()
        # What a rule asks is for the customer to read.
        rule = self.env["rma.policy.rule"].sudo().browse(verdict.rule_id)
        if "stated_condition" in verdict.unknown:
            return self.env._("Tell us in which condition %s is.", product)
        if (self.reason_id.photo_required or rule.photo_required) and not self.attachment_ids:
            return self.env._("Add a photo of %s that shows the problem.", product)
        if rule.question and not (self.comment or "").strip():
            return self.env._("Tell us about %(product)s: %(question)s", product=product, question=rule.question)
        return ""

    def _asks_condition(self):
        """Return whether the return policy may want to know the condition of this item.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.stated_condition) or any(
            "stated_condition" in self._get_policy_verdict(reason=reason, stated_condition=False).unknown
            for reason in self.reason_id or self.request_id._get_reasons()
        )

    def _get_policy_verdict(self, **details):
        """Return what the rules of the return policy decide about this item.

        :param details: what differs from what the customer entered
        :return: `PolicyVerdict`
        """
        self.ensure_one()
        return self.sale_line_id._get_policy_verdict(**{**self._get_refusal_details(), **details})

    def _get_policy_refusal(self):
        """Return why the return policy refuses this item, given its details.

        :return: sentence, empty if allowed
        """
        self.ensure_one()
        return self.sale_line_id._get_policy_refusal(self.product_uom_qty, **self._get_refusal_details())

    def _get_refusal_details(self):
        """Return the details entered so far, as arguments of the return policy.

        :return: keyword arguments of `sale.order.line._get_policy_refusal`
        """
        self.ensure_one()
        return {
            "reason": self.reason_id,
            "operation_type": self.operation_type_id,
            "stated_condition": self.stated_condition,
            # Once the customer was asked, none is an answer.
            "has_photo": bool(self.attachment_ids) if self.reason_id else None,
            "lots": self.lot_ids if self.reason_id else None,
        }

    def _add_photos(self, files):
        """Save photos of the customer.

        :param files: [(name, content)]
        :return: sentences about those that cannot be accepted
        """
        self.ensure_one()
        errors = []
        values = []
        room = MAX_OPEN_BYTES - self.request_id._get_open_bytes() if files else 0
        for name, content in files:
            if len(self.attachment_ids) + len(values) >= MAX_PHOTOS:
                errors.append(self.env._("You can add up to %s photos per product.", MAX_PHOTOS))
                break
            try:
                photo = self.env["ir.attachment"]._prepare_rma_photo_values(name, content)
            except UserError as error:
                errors.append(str(error))
                continue
            room -= len(photo["raw"])
            if room < 0:
                errors.append(self.env._("Your photos are too large together. Send fewer of them, or smaller ones."))
                break
            values.append({**photo, "res_model": self._name, "res_id": self.id})
        self.attachment_ids = [Command.link(photo.id) for photo in self.env["ir.attachment"].create(values)]
        return errors

    def _prepare_rma_line_values(self):
        """Prepare the returned product. Prices and units are those of the order.

        :return: values of `rma.order.line`
        """
        self.ensure_one()
        is_replaced = self.operation_type_id.has_product
        return self.sale_line_id._prepare_rma_line_values(
            self.product_uom_qty,
            product_uom_id=self.product_uom_id.id,
            reason_id=self.reason_id.id,
            operation_type_id=self.operation_type_id.id,
            replacement_product_id=is_replaced and self.replacement_product_id.id,
            lot_ids=[Command.set(self.lot_ids.ids)],
            attachment_ids=[Command.set(self.attachment_ids.ids)],
            comment=self.comment,
            stated_condition=self.stated_condition,
        )
