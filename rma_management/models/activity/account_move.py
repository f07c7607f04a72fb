from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _ask_to_post(self):
        """Ask the accountant that the company names to post these credit notes, which returns left as drafts.

        :return: `mail.activity` records
        """
        activities = self.env["mail.activity"]
        for company, moves in self.filtered(lambda move: move.state == "draft").grouped("company_id").items():
            # The accountant is a setting of the company; whoever settles the return may not read it.
            user = company.sudo().rma_accountant_id
            if user.active and company in user.company_ids:
                activities |= moves.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=fields.Date.context_today(self.with_context(tz=user.tz or "UTC")),
                    summary=self.with_context(lang=user.lang).env._("Post the credit note of a return"),
                    user_id=user.id,
                )
        return activities
