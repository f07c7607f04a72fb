from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class RmaOrder(models.Model):
    """Returns of the time before: a manager imports them as they ended, and nothing is done for them any more."""

    _inherit = "rma.order"

    is_imported = fields.Boolean(
        string="Imported History",
        readonly=True,
        copy=False,
        help="Settled before this system was used: done from the beginning, without documents, and for reports only.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Make returns; those of the past, that a manager imports, are done at once.

        :raise AccessError: when somebody else brings returns of the past
        :raise UserError: when they lack the day on which they were done
        """
        past = [index for index, vals in enumerate(vals_list) if vals.get("is_imported")]
        if not past:
            return super().create(vals_list)
        if not self.env.su and not self.env.user.has_group("rma_management.group_rma_manager"):
            raise AccessError(self.env._("Returns of the past are imported by returns managers. Ask one of them."))
        vals_list = [dict(vals) for vals in vals_list]
        dates = {index: vals_list[index].pop("date_done", None) for index in past}
        for index in past:
            del vals_list[index]["is_imported"]
            if not dates[index]:
                raise UserError(self.env._("Say when a return of the past was done (date_done)."))
        orders = super().create(vals_list)
        for index in past:
            # The engine alone writes these: nothing was approved, and nothing is made.
            orders[index].sudo().with_context(tracking_disable=True).write(
                {"is_imported": True, "state": "done", "date_done": dates[index]}
            )
        return orders

    @api.model
    def get_import_templates(self):
        """Offer a sample file on the import screen.

        :return: list of dicts with `label` and `template`
        """
        return [
            {
                "label": self.env._("Returns of the past"),
                "template": "/rma_management/static/xls/past_returns.csv",
            }
        ]
