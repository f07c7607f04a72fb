"""Take a database with OCA's rma over, in phases that are committed each and can be repeated."""

from contextlib import contextmanager

from odoo import SUPERUSER_ID
from odoo.api import Environment
from odoo.modules.registry import Registry

from . import count, keep
from .convert import Converter
from .say import say

OURS = "rma_management"
BATCH = 100
BUSY = ("to install", "to remove", "to upgrade")


class TakeOver:
    """The phases: check, keep what the uninstallation would destroy, exchange the addons, convert, count."""

    def __init__(self, db_name, force=False, keep=False):
        self.db_name = db_name
        self.force = force
        self.keeps_tables = keep

    @contextmanager
    def _environment(self):
        """Give an environment of the system, and commit at the end."""
        with Registry(self.db_name).cursor() as cr:
            yield Environment(cr, SUPERUSER_ID, {})

    def check(self):
        """Count and check, and change nothing.

        :return: whether the database can be taken over
        """
        with self._environment() as env:
            if not keep.is_installed(env):
                if keep.has_kept(env.cr):
                    say("OCA's rma is uninstalled already, and its returns are kept.")
                    return True
                say("OCA's rma is not installed in this database: there is nothing to take over.")
                return False
            say(count.format_counts(count.count_before(env.cr)))
            problems = keep.find_problems(env, self.force)
            for problem in problems + keep.find_notices(env.cr):
                say(f"- {problem}")
            env.cr.rollback()
        return not problems

    def run(self):
        """Take the database over.

        :return: whether everything arrived
        """
        self._finish_modules()
        if not self.check():
            return False
        with self._environment() as env:
            if keep.is_installed(env):
                say("Keeping what the uninstallation of rma would delete…")
                keep.keep(env, count.count_before(env.cr))
                keep.adopt_locations(env)
        self._exchange_addons()
        with self._environment() as env:
            Converter(env).prepare()
        failed = self._convert()
        return self._conclude(failed)

    # === Addons ===

    def _finish_modules(self):
        """Finish an installation or uninstallation that was interrupted."""
        with self._environment() as env:
            busy = env["ir.module.module"].search_count([("state", "in", BUSY)])
        if busy:
            Registry.new(self.db_name, update_module=True)

    def _exchange_addons(self):
        """Uninstall OCA's addons, and install ours in their place."""
        with self._environment() as env:
            modules = env["ir.module.module"]
            oca = modules.search([("name", "=", "rma"), ("state", "=", "installed")])
            if oca:
                say("Uninstalling rma…")
                oca.button_immediate_uninstall()
        with self._environment() as env:
            modules = env["ir.module.module"]
            modules.update_list()
            ours = modules.search([("name", "=", OURS), ("state", "!=", "installed")])
            if ours:
                say(f"Installing {OURS}…")
                env.cr.commit()
                ours.button_immediate_install()

    # === Returns ===

    def _convert(self):
        """Convert the returns that are not converted yet, in batches.

        :return: {ID of a return of OCA: why it could not be taken over}
        """
        failed = {}
        while True:
            with self._environment() as env:
                ids = keep.get_waiting_ids(env.cr, failed, BATCH)
                if not ids:
                    return failed
                failed.update(Converter(env).convert(ids))
            say(f"{keep.count_converted(self.db_name)} returns taken over…")

    def _conclude(self, failed):
        """Count what arrived, and print it beside what there was.

        :param failed: {ID of a return of OCA: why it could not be taken over}
        :return: whether everything arrived
        """
        with self._environment() as env:
            lost = count.report(env, failed)
            if lost:
                say("Something differs; see above. The kept tables stay: repeat the command once it is mended.")
            elif self.keeps_tables:
                say("All has arrived. The tables oca_kept_… are left in the database.")
            else:
                keep.drop(env.cr)
                say("All has arrived.")
        return not lost
