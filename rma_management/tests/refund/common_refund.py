from odoo import fields

from ..common import RmaCase


class RefundCase(RmaCase):
    """What an accountant does besides, and the operations that post their credit notes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Who may give more than was approved is tested where approvals are.
        cls.company.rma_approval_amount = 100000
        cls.refund_posted = cls.refund.copy({"name": "Refund, posted", "post_credit_note": True})
        cls.keep_posted = cls.refund_keep.copy({"name": "Refund, keep, posted", "post_credit_note": True})
        cls.refund_first = cls.refund.copy({"name": "Refund first", "receipt_policy": "after"})
        cls.unit = cls.env.ref("uom.product_uom_unit")
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        cls.today = fields.Date.today()

    @classmethod
    def _tax(cls, amount, included=False, **values):
        return cls.env["account.tax"].create(
            {
                "name": f"{values.get('name', 'Tax')} {amount} {included}",
                "amount": amount,
                "type_tax_use": "sale",
                "price_include_override": "tax_included" if included else "tax_excluded",
                **{key: value for key, value in values.items() if key != "name"},
            }
        )

    @classmethod
    def _invoice_on(cls, order, day, post=True):
        invoice = cls._invoice(order, post=False)
        invoice.invoice_date = day
        if post:
            invoice.action_post()
        return invoice

    @classmethod
    def _invoice_only(cls, order, quantities):
        """Invoice {product: quantity}, whatever the order asks for."""
        invoice = cls._invoice(order, post=False)
        for line in invoice.invoice_line_ids.filtered("product_id"):
            line.quantity = quantities.get(line.product_id, 0.0)
        invoice.action_post()
        return invoice

    @classmethod
    def _pay(cls, invoice):
        cls.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids).create(
            {}
        )._create_payments()

    @classmethod
    def _credit_by_hand(cls, invoice, quantity, **values):
        """Credit a part of each line with Odoo's own wizard."""
        wizard = (
            cls.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "date": cls.today})
        )
        credit = cls.env["account.move"].browse(wizard.refund_moves()["res_id"])
        credit.invoice_line_ids.filtered("product_id").write({"quantity": quantity, **values})
        credit.action_post()
        return credit

    @classmethod
    def _return_by_hand(cls, order, product, quantity):
        """Take goods back with Odoo's own wizard, as goods to be credited."""
        delivery = order.picking_ids.filtered(
            lambda picking: picking.state == "done" and not picking.rma_id and product in picking.move_ids.product_id
        )[:1]
        wizard = (
            cls.env["stock.return.picking"]
            .with_context(active_model="stock.picking", active_id=delivery.id)
            .create({"picking_id": delivery.id})
        )
        for line in wizard.product_return_moves:
            line.quantity = quantity if line.product_id == product else 0.0
        picking = cls.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        cls._validate(picking)
        return picking

    def _settled(self, order, *items):
        """Return and settle.

        :return: the return and its credit notes, as an accountant sees them
        """
        rma = self._return(order, *items)
        rma.action_settle()
        return rma, rma.sudo().refund_ids

    def _keep(self, order, *items):
        """Refund goods that the customer keeps: approval settles it.

        :return: the credit notes
        """
        return self._approve(self._ask(order, *items)).sudo().refund_ids
