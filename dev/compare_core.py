"""Say which of Odoo's own tests fail only with our addons; end non-zero where one does.

Usage: compare_core.py WITHOUT WITH, each written by `core_tests`.
"""

import json
import sys
from pathlib import Path


def main(without_path, with_path):
    """Print what fails only with our addons, in full, and the names of what fails anyway.

    :return: 0 when nothing more fails with them
    """
    plain, ours = (json.loads(Path(path).read_text("utf-8")) for path in (without_path, with_path))
    more = sorted(ours["failed"].keys() - plain["failed"].keys())
    for name in more:
        print(ours["failed"][name], end="\n\n")
    for name in sorted(plain["failed"].keys() & ours["failed"].keys()):
        print(f"fails without our addons, too: {name}")
    print(f"{ours['count']} tests with our addons, {plain['count']} without; {len(more)} fail only with them")
    for name in more:
        print(f"    {name}")
    return 1 if more or not ours["count"] or ours["count"] != plain["count"] else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
