"""Check the XML of addons: well formed, no id twice in an addon, no file that the manifest forgets.

Usage: check_xml.py ADDON...
"""

import ast
import sys
from pathlib import Path

from lxml import etree


def check(addon):
    """Yield what is wrong with an addon's XML files."""
    manifest = ast.literal_eval((addon / "__manifest__.py").read_text())
    listed = {*manifest.get("data", ()), *manifest.get("demo", ())}
    ids = {}
    for path in sorted(addon.rglob("*.xml")):
        name = path.relative_to(addon).as_posix()
        if name.startswith("tests/addons/"):
            # An example addon, with a manifest of its own.
            continue
        try:
            tree = etree.parse(path)
        except etree.XMLSyntaxError as error:
            yield f"{path}: {error}"
            continue
        if name.startswith("static/"):
            continue
        if name not in listed:
            yield f"{path}: the manifest does not load it"
        for node in tree.iter("record", "template", "menuitem"):
            xml_id = node.get("id")
            if xml_id and "." not in xml_id and ids.setdefault(xml_id, path) != path:
                yield f"{path}: id {xml_id} stands in {ids[xml_id]} already"
    for name in sorted(listed):
        if not (addon / name).exists():
            yield f"{addon}: the manifest loads {name}, which does not exist"


if __name__ == "__main__":
    problems = [problem for argument in sys.argv[1:] for problem in check(Path(argument))]
    print("\n".join(problems), end="\n" if problems else "")
    sys.exit(bool(problems))
