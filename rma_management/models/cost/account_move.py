from odoo import SUPERUSER_ID, models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post_for_returns(self):
        """Post credit notes that need no check.

        Posting makes Odoo value the goods that came back anew. Where their cost is an average or that of what went
        out, it reads stock and kits with the rights of the person, who need have none, whatever rights it was given.
        """
        valued = self.filtered(
            lambda move: any(
                product.is_storable and product.cost_method != "standard"
                # What came back of a kit are its components.
                for product in move.invoice_line_ids.product_id | move.sudo().rma_id.line_ids.move_ids.product_id
            )
        )
        for moves in (valued.with_user(SUPERUSER_ID), self - valued):
            if moves:
                moves._post(soft=False)
