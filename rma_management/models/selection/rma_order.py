from odoo import models
from odoo.exceptions import UserError


class RmaOrder(models.Model):
    """Run steps on many returns at once, with a report of what was done, and why the rest was not."""

    _inherit = "rma.order"

    def action_approve_selection(self):
        """Approve what can be approved of a selection, and report the rest.

        :return: action that shows the report
        """
        self.check_access("read")
        waiting = self.filtered(lambda order: order.state == "requested")
        failed = {
            order: self.env._("%s is not waiting for approval.", order.name) for order in self - waiting
        } | waiting._try_each("action_approve")
        done = waiting.filtered(lambda order: order not in failed)
        second = done.filtered(lambda order: order.state == "requested")
        report = []
        if done - second:
            report.append(self.env._("Approved: %s.", ", ".join((done - second).mapped("name"))))
        if second:
            report.append(self.env._("Approved, waiting for a second approval: %s.", ", ".join(second.mapped("name"))))
        return self._get_report_action(self.env._("Approve"), report, failed)

    def action_settle_selection(self):
        """Settle what is due of a selection, and report the rest.

        :return: action that shows the report
        """
        self.check_access("read")
        idle = self.filtered(
            lambda order: (
                order.state in ("approved", "processing", "done") and not order.can_process and not order.can_send_back
            )
        )
        due = self - idle
        failed = due._try_each("action_settle")
        done = due.filtered(lambda order: order not in failed)
        report = []
        if done:
            report.append(self.env._("Settled: %s.", ", ".join(done.mapped("name"))))
        if idle:
            report.append(
                self.env._(
                    "Nothing to settle: %s. Nothing has arrived, or everything is already settled.",
                    ", ".join(idle.mapped("name")),
                )
            )
        return self._get_report_action(self.env._("Settle"), report, failed)

    def _try_each(self, action):
        """Run a step on all of these returns at once, or one by one if any of them refuses.

        :param action: name of a method that does all or nothing
        :return: {return: sentence} for those that refused
        """
        if len(self) > 1 and not self._try(action):
            return {}
        return {order: refusal for order in self if (refusal := order._try(action))}

    def _try(self, action):
        """Run a step, rolling back on failure.

        :param action: name of a method that does all or nothing
        :return: sentence of its refusal, empty where it was done
        """
        try:
            with self.env.cr.savepoint():
                getattr(self, action)()
        except UserError as error:
            return error.args[0]
        return ""

    def _get_report_action(self, title, report, failed):
        """Show what was done with a selection, and what was not.

        :param title: what was to be done
        :param report: list of sentences about what was done
        :param failed: {return: sentence} of what was not done
        :return: client action that shows it and reads the list again
        """
        if failed:
            report = [*report, self.env._("Not done: %s", " ".join(dict.fromkeys(failed.values())))]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": title,
                "message": " ".join(report),
                "type": "warning" if failed else "success" if report else "info",
                "sticky": bool(failed),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
