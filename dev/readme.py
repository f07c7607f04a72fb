"""Write the README.rst of addons from the fragments in their readme folders, or check that it is up to date.

Usage: readme.py [--check] ADDON...
"""

import ast
import sys
from pathlib import Path

SECTIONS = {
    "DESCRIPTION": "",
    "CONFIGURE": "Configuration",
    "USAGE": "Usage",
    "ROLES": "Who may do what",
    "WITHDRAWAL": "Right of withdrawal",
    "API": "External API",
    "DEVELOP": "For developers",
    "ROADMAP": "Known limits",
    "HISTORY": "Changelog",
}
LICENSES = {"LGPL-3": "GNU LGPL, version 3", "AGPL-3": "GNU AGPL, version 3"}


def underline(title, mark):
    return f"{title}\n{mark * len(title)}"


def build(addon):
    """Give the text of an addon's README.rst."""
    manifest = ast.literal_eval((addon / "__manifest__.py").read_text())
    parts = [underline(manifest["name"], "="), manifest["summary"] + "."]
    for name, title in SECTIONS.items():
        fragment = addon / "readme" / f"{name}.rst"
        if fragment.exists():
            parts += [underline(title, "-")] if title else []
            parts.append(fragment.read_text().strip())
    parts += [underline("Licence", "-"), LICENSES[manifest["license"]] + "."]
    return "\n\n".join(parts) + "\n"


def main(arguments):
    check = "--check" in arguments
    stale = 0
    for addon in (Path(argument) for argument in arguments if argument != "--check"):
        readme = addon / "README.rst"
        text = build(addon)
        if check and (not readme.exists() or readme.read_text() != text):
            print(f"{readme} is not what readme/ says. Run: python3 dev/readme.py {addon}")
            stale += 1
        elif not check:
            readme.write_text(text)
    return stale


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1:])))
