from odoo import models


class IrActionsReport(models.Model):
    """Print documents for agents who read them by their tickets."""

    _inherit = "ir.actions.report"

    def _pre_render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        report = self._with_ticket_documents(report_ref, res_ids)
        return super(IrActionsReport, report)._pre_render_qweb_pdf(report_ref, res_ids=res_ids, data=data)

    def _render_qweb_html(self, report_ref, docids, data=None):
        report = self._with_ticket_documents(report_ref, docids)
        return super(IrActionsReport, report)._render_qweb_html(report_ref, docids, data=data)

    def _with_ticket_documents(self, report_ref, res_ids):
        """Return this model with the rights to print documents that the user reads by tickets only.

        :param report_ref: as given to Odoo's methods
        :param res_ids: IDs of the documents
        :raise AccessError: when the user may not read one of them
        """
        report = self._get_report(report_ref)
        model = self.env.get(report.model)
        if self.env.su or not res_ids or not hasattr(model, "_get_agent_actions") or not model._is_shown_to_agent():
            return self
        if report.get_external_id()[report.id] not in model._get_agent_actions():
            return self
        model.browse(res_ids).check_access("read")
        # The page names lines, taxes, and parts, which agents have no access to; the document was checked.
        return self.sudo()
