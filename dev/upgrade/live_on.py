"""What happens to returns after the upgrade: they are settled, documents are called off, and they are settled again.

It runs with both versions on copies of one database. What cannot be done is noted with the return, and compared too.
"""

import json
from pathlib import Path

from odoo import tools
from odoo.exceptions import UserError
from snapshot import Snapshot

OPEN_STATES = ("approved", "processing", "done")


def look(env):
    """Do nothing: what the upgrade left is compared."""
    return {}


def settle(env):
    """Settle, as a clerk, what is due by the plan of each return."""
    clerk = env["res.users"].search([("login", "=", "upgrade_clerk")])
    return _for_each(env, lambda order: order.with_user(clerk).action_settle())


def call_off(env):
    """Cancel every document that can still be cancelled."""
    return _for_each(env, _call_off)


def run_jobs(env):
    """Run the scheduled jobs once: their code is data that an upgrade leaves alone."""
    for job in env["ir.cron"].search([("model_id.model", "=like", "rma.%")], order="id"):
        job.ir_actions_server_id.run()
    return {}


# The moments that are compared, and what happens before each.
STEPS = {
    "upgraded": look,
    "settled": settle,
    "called-off": call_off,
    "settled-again": settle,
    "jobs-done": run_jobs,
}


def _for_each(env, function):
    """Run something for each open return, in a transaction of its own.

    :return: {return: name of the error that stopped it, empty where none did}
    """
    errors = {}
    for order in env["rma.order"].search([("state", "in", OPEN_STATES)], order="id"):
        errors[order] = ""
        try:
            with env.cr.savepoint():
                function(order)
        except UserError as error:
            errors[order] = type(error).__name__
        # What changed is tracked with its person.
        env.cr.commit()
        # The version of today tells it after the commit, by a job.
        if "rma.announcement" in env:
            env["rma.announcement"]._cron_tell()
    return errors


def _call_off(order):
    order.refund_ids.filtered(lambda note: note.state == "draft").button_cancel()
    sales = order.replacement_sale_order_ids.filtered(lambda sale: sale.state == "sale")
    sales.filtered(lambda sale: not any(sale.order_line.mapped("qty_delivered")))._action_cancel()
    order.repair_ids.filtered(lambda repair: repair.state not in ("done", "cancel")).action_repair_cancel()
    waiting = order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
    waiting.filtered(lambda picking: picking.location_id.usage != "customer").action_cancel()


def main(env, folder, version):
    """Take a snapshot after each step.

    :param folder: where the snapshots are written
    :param version: "released" or "now"
    """
    # Reports are made as pages: PDFs would ask a server for their styles.
    tools.config["test_enable"] = True
    env = env(context=dict(env.context, mail_notify_force_send=False))
    for moment, step in STEPS.items():
        errors = step(env)
        env.cr.commit()
        snapshot = Snapshot(env)
        subjects = snapshot.take()
        for order, error in errors.items():
            subjects["return"][snapshot.get_label(order)]["stopped by"] = error
        text = json.dumps(subjects, indent=1, ensure_ascii=False)
        Path(folder, f"{moment}-{version}.json").write_text(text, "utf-8")
