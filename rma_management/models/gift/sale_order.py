import re
import secrets
from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.exceptions import UserError

# Without letters and digits that are mistaken for each other when they are read from paper.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 10
GROUP_LENGTH = 5
STAFF = "sales_team.group_sale_salesman,rma_management.group_rma_user"


class SaleOrder(models.Model):
    """Let whoever received an order as a gift return it: the gift code takes the place of number and email address."""

    _inherit = "sale.order"

    rma_gift_code = fields.Char(
        string="Gift Code (Plain)",
        readonly=True,
        copy=False,
        groups=STAFF,
        help="Lets whoever received the order as a gift return it without seeing prices. Empty if it is no gift.",
    )
    rma_gift_code_shown = fields.Char(
        string="Gift Code", compute="_compute_rma_gift_code_shown", groups=STAFF, help="As people read and type it."
    )

    _rma_gift_code_uniq = models.UniqueIndex("(rma_gift_code) WHERE rma_gift_code IS NOT NULL")

    @api.depends("rma_gift_code")
    def _compute_rma_gift_code_shown(self):
        for order in self:
            code = order.rma_gift_code or ""
            order.rma_gift_code_shown = "-".join(
                code[start : start + GROUP_LENGTH] for start in range(0, len(code), GROUP_LENGTH)
            )

    @api.model
    def _get_sealed_fields(self):
        return super()._get_sealed_fields() | {"rma_gift_code"}

    # === The code ===

    def action_create_gift_code(self):
        """Mark orders as gifts, each with a code of its own. A code that was given before ends.

        :return: True
        :raise AccessError: when the user may not change the order
        :raise UserError: when an order is not confirmed
        """
        self.check_access("write")
        self._renew_gift_code()
        return True

    def action_revoke_gift_code(self):
        """Let gift codes open nothing any more. Returns that were made with them go on.

        :return: True
        :raise AccessError: when the user may not change the order
        """
        self.check_access("write")
        self._revoke_gift_code()
        return True

    def _renew_gift_code(self):
        """Give orders a new gift code.

        :raise UserError: when an order is not confirmed
        """
        for order in self:
            if order.state != "sale":
                raise UserError(self.env._("Confirm %s first: only what was sold can be a gift.", order.name))
            code = "".join(secrets.choice(ALPHABET) for _position in range(CODE_LENGTH))
            # No user types a code: one that is chosen could be guessed.
            order.sudo().rma_gift_code = code
            order._message_log(body=self.env._("Marked as a gift, with a new gift code."))

    def _revoke_gift_code(self):
        # Users cannot write the code; whoever may take it back was checked before.
        for order in self.filtered(lambda order: order.sudo().rma_gift_code):
            order.sudo().rma_gift_code = False
            order._message_log(body=self.env._("The gift code was revoked."))

    @api.model
    def _clean_gift_code(self, text):
        """Return a gift code as it is stored, from what was typed or scanned.

        :param text: what was entered
        :rtype: str
        """
        return re.sub(r"[\W_]", "", text or "").upper()

    @api.model
    def _find_gift(self, code, company):
        """Return the confirmed order that a gift code opens.

        :param code: what was entered
        :param company: `res.company` whose orders count
        :return: `sale.order` record, empty if there is none
        """
        return self.search(
            # An empty code would find all orders that are no gifts.
            [
                ("rma_gift_code", "=", self._clean_gift_code(code) or "-"),
                ("state", "=", "sale"),
                ("company_id", "=", company.id),
            ],
            limit=1,
        )

    # === The receipt ===

    def _get_gift_items(self):
        """Return what is listed on the gift receipt: goods, without what was paid or lowers the price.

        :return: `sale.order.line` records
        """
        self.ensure_one()
        return self.order_line._filter_return_items().filtered(
            lambda line: (
                line.product_id.type == "consu"
                and not line._is_lowering()
                and line.product_uom_id.compare(line.product_uom_qty, 0) > 0
            )
        )

    def _get_gift_url(self):
        """Return the URL of the QR code on the gift receipt.

        :rtype: str
        """
        self.ensure_one()
        # The code is printed beside it.
        code = self.sudo().rma_gift_code_shown
        return f"{self.get_base_url()}/returns/gift?{urlencode({'code': code})}"
