"""Run Odoo's own tests of some modules in an Odoo shell, and write down which of them failed and how many ran.

Both with our addons and without, so that what fails only with them can be told, see `dev/test_core`. Tests that Odoo
runs while it installs are run as well, with every module loaded: only then do they meet ours.
"""

import json
import logging
import re

from odoo.tests import shell

# The class and the method, as the test result names them.
FAILED = re.compile(r"^(?:ERROR|FAIL): (?:Subtest )?(\w+\.\w+)")


class Failures(logging.Handler):
    """Keep the names of the tests whose failure is logged."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.names = {}

    def emit(self, record):
        text = record.getMessage()
        match = FAILED.match(text)
        if match:
            module = record.name.removeprefix("odoo.addons.").split(".")[0]
            self.names.setdefault(f"{module}:{match[1]}", text)


def main(env, path, modules, tags):
    """Run the tests.

    :param path: file that the result is written to
    :param modules: names of modules, separated by commas
    :param tags: as for the server's --test-tags
    """
    failures = Failures()
    logging.getLogger().addHandler(failures)
    try:
        report = shell.run_tests(env, tags, modules=modules.split(","))
    finally:
        logging.getLogger().removeHandler(failures)
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"count": report.testsRun, "skipped": report.skipped, "failed": failures.names}, file)
