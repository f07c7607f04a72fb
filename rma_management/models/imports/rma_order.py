from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class RmaOrder(models.Model):
    """Import past returns: they are done from the start and are never processed."""

    _inherit = "rma.order"

    is_imported = fields.Boolean(
        string="Imported History",
        readonly=True,
        copy=False,
        help="Imported as completed: done from the start and without documents, for reporting only.",
    )

    oca_rma_id = fields.Integer(
        string="ID in OCA rma",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The return of OCA's rma that this one was taken over from. Old links to it lead here.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Create returns. Past returns imported by a manager are done at once.

        :raise AccessError: when another user imports past returns
        :raise UserError: when the completion date is missing
        """
        past = [index for index, vals in enumerate(vals_list) if vals.get("is_imported")]
        if not past:
            return super().create(vals_list)
        if not self.env.su and not self.env.user.has_group("rma_management.group_rma_manager"):
            raise AccessError(self.env._("Only returns managers can import past returns."))
        vals_list = [dict(vals) for vals in vals_list]
        dates = {index: vals_list[index].pop("date_done", None) for index in past}
        for index in past:
            del vals_list[index]["is_imported"]
            if not dates[index]:
                raise UserError(self.env._("Enter when a past return was done (date_done)."))
        orders = super().create(vals_list)
        for index in past:
            # Only the system writes these fields: nothing was approved, and no documents are created.
            orders[index].sudo().with_context(tracking_disable=True).write(
                {"is_imported": True, "state": "done", "date_done": dates[index]}
            )
        return orders

    @api.model
    def get_import_templates(self):
        """Return the sample file offered on the import screen.

        :return: list of dicts with `label` and `template`
        """
        return [
            {
                "label": self.env._("Past returns"),
                "template": "/rma_management/static/xls/past_returns.csv",
            }
        ]
