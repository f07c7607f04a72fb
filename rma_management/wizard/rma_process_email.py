from odoo import models
from odoo.exceptions import UserError


class RmaProcess(models.TransientModel):
    """What the customer will read is seen before anything is done."""

    _inherit = "rma.process"

    def action_preview_email(self):
        """Open the email that the customer would get if the screen were completed as it is.

        The email names documents and amounts, so it is made by doing all of it in a transaction of its own, which is
        then rolled back: nothing remains but a gap in the numbers of transfers, as after any refused entry.

        :return: window action
        :raise UserError: as `action_complete`, or when no email would be sent
        """
        self.ensure_one()
        order = self.rma_id
        # This transaction must lock nothing that the other one needs: it would wait for itself.
        with self.env.registry.cursor() as cr:
            try:
                cr.execute("SET LOCAL lock_timeout = '5s'")
                values = self.with_env(self.env(cr=cr))._render_email()
            finally:
                cr.rollback()
        if not values:
            raise UserError(
                self.env._("The customer gets no email: the status does not change, or no email is set for it.")
            )
        preview = self.env["rma.process.preview"].create({"wizard_id": self.id, "rma_id": order.id, **values})
        return preview._get_records_action(name=self.env._("Email to the Customer"), target="new")

    def _render_email(self):
        """Carry out what the screen shows, and render the email about the new status.

        :return: {"subject", "body"}, empty if no email would be sent
        """
        order = self.rma_id
        before = order.state
        self.action_complete()
        order.flush_recordset()
        template = order.company_id.sudo()[f"rma_mail_{order.state}_template_id"]
        if not template or not order._is_news(before, order.state):
            return {}
        # The mail is rendered for the customer, whatever its sender may read.
        rendered = template._generate_template(order.ids, ["subject", "body_html"])[order.id]
        return {"subject": rendered["subject"], "body": rendered["body_html"]}

    def _get_window_action(self):
        """Return the action that opens this process screen.

        :return: window action
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Process %s", self.rma_id.name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }
