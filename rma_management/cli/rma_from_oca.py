import sys

from odoo.cli.command import Command
from odoo.tools import config


class RmaFromOca(Command):
    """Take over the returns of OCA's rma and rma_sale

    Stop the server and make a backup first. The command counts everything, uninstalls OCA's addons, installs
    rma_management, carries the returns over, and counts again. It can be repeated after an interruption.

    Other options than these are passed on to Odoo, as --addons-path or --data-dir.
    """

    name = "rma_from_oca"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        add = self.parser.add_argument
        add("-c", "--config", help="configuration file of Odoo")
        add("-d", "--database", dest="db_name", help="name of the database")
        add("--check", action="store_true", help="only count and check; change nothing")
        add("--force", action="store_true", help="go on though other addons depend on rma and are uninstalled with it")
        add("--keep", action="store_true", help="leave the copies of OCA's tables (oca_kept_…) in the database")

    def run(self, cmdargs):
        """Run the command, and exit with 1 where anything is refused or lost.

        :param cmdargs: arguments after the name of the command
        """
        options, others = self.parser.parse_known_args(cmdargs)
        arguments = ["--no-http", *others]
        if options.config:
            arguments += ["-c", options.config]
        if options.db_name:
            arguments += ["-d", options.db_name]
        config.parse_config(arguments, setup_logging=True)
        if len(config["db_name"]) != 1:
            self.parser.error("Name one database with -d.")
        # Found now that Odoo knows its addons path. Odoo loads this file as its own: no relative import leads there.
        # pylint: disable-next=odoo-addons-relative-import
        from odoo.addons.rma_management.oca.takeover import TakeOver

        takeover = TakeOver(config["db_name"][0], force=options.force, keep=options.keep)
        sys.exit(0 if (takeover.check() if options.check else takeover.run()) else 1)
