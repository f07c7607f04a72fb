"""Write the README.rst of addons from the fragments in their readme folders, and the page of the list of apps
(static/description/index.html) from that; or check that both are up to date.

Usage: readme.py [--check] ADDON...
"""

import ast
import sys
from pathlib import Path

from docutils.core import publish_parts

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


def build_page(readme):
    """Give the page that Odoo shows of an addon in its list of apps.

    :param readme: text of its README.rst
    """
    # Pictures lie beside the page.
    source = readme.replace("static/description/", "")
    # Raw HTML and other files have no business in a README.
    settings = {"report_level": 2, "halt_level": 2, "raw_enabled": False, "file_insertion_enabled": False}
    body = publish_parts(source, writer="html5", settings_overrides=settings)["html_body"]
    return f'<section class="oe_container">\n{body.strip()}\n</section>\n'


def main(arguments):
    check = "--check" in arguments
    stale = 0
    for addon in (Path(argument) for argument in arguments if argument != "--check"):
        readme = build(addon)
        for path, text in (
            (addon / "README.rst", readme),
            (addon / "static" / "description" / "index.html", build_page(readme)),
        ):
            if not check:
                path.write_text(text)
            elif not path.exists() or path.read_text() != text:
                print(f"{path} is not what readme/ says. Run: python3 dev/readme.py {addon}")
                stale += 1
    return stale


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1:])))
