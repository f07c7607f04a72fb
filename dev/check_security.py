"""Check that SECURITY.rst tells of all that it has to, and of tests that there are.

Usage: check_security.py ADDON...

* Every route of the controllers is named with who may call it, and no other.
* Every folder with ``sudo()`` is named, and every file that makes ``Markup``.
* Every record rule is named, as ``addon.id``, and no other.
* Every test class that it names exists.
"""

import ast
import re
import sys
from pathlib import Path

from lxml import etree

PAGE = Path(__file__).parent.parent / "SECURITY.rst"
LEFT_OUT = {"migrations", "tests"}


def read_files(addons, suffix):
    """Yield ``(path, text)`` of the files of addons that run in a shop."""
    for addon in addons:
        for path in sorted(addon.rglob(f"*{suffix}")):
            if not LEFT_OUT & set(path.parts):
                yield path, path.read_text("utf-8")


def find_routes(tree):
    """Yield ``(address, auth)`` of the routes of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "route":
            auth = next((ast.literal_eval(word.value) for word in node.keywords if word.arg == "auth"), "user")
            for argument in node.args[:1]:
                value = ast.literal_eval(argument)
                yield from ((address, auth) for address in ([value] if isinstance(value, str) else value))


def find_facts(addons):
    """Find what the page has to name.

    :return: dict of sets of texts by kind
    """
    facts = {"route": set(), "room with sudo()": set(), "file with Markup": set(), "record rule": set()}
    for path, text in read_files(addons, ".py"):
        facts["route"].update(find_routes(ast.parse(text, path)))
        if re.search(r"\bsudo\(", text):
            facts["room with sudo()"].add(path.parent.as_posix())
        if "Markup(" in text:
            facts["file with Markup"].add(path.as_posix())
    for path, _text in read_files(addons, ".xml"):
        if path.parent.name == "security":
            rules = etree.parse(path).iterfind(".//record[@model='ir.rule']")
            facts["record rule"].update(f"{path.parts[0]}.{rule.get('id')}" for rule in rules)
    return facts


def check(addons):
    """Yield what the page lacks, and what it names that is gone."""
    page = PAGE.read_text("utf-8")
    named = set(re.findall(r"``([^`]+)``", page))
    facts = find_facts(addons)
    routes = facts.pop("route")
    listed = set(re.findall(r"^``(/[^`]+)`` +(\w+)", page, re.MULTILINE))
    yield from (f"{PAGE.name} lacks the route {name} with auth {auth}" for name, auth in sorted(routes - listed))
    yield from (f"{PAGE.name} lists {name} with auth {auth}, which is gone" for name, auth in sorted(listed - routes))
    for kind, names in facts.items():
        yield from (f"{PAGE.name} does not name the {kind} {name}" for name in sorted(names - named))
    gone = {name for name in named if re.match(r"rma_\w+\.\w+_rule_", name)} - facts["record rule"]
    yield from (f"{PAGE.name} names {name}, which is gone" for name in sorted(gone))
    classes = {
        name
        for addon in addons
        for path in (addon / "tests").rglob("*.py")
        for name in re.findall(r"^class (Test\w+)", path.read_text("utf-8"), re.MULTILINE)
    }
    tests = set(re.findall(r"\bTest[A-Z]\w+", page))
    yield from (f"{PAGE.name} names the test {name}, which is gone" for name in sorted(tests - classes))


if __name__ == "__main__":
    problems = list(check([Path(argument) for argument in sys.argv[1:]]))
    print("\n".join(problems), end="\n" if problems else "")
    sys.exit(bool(problems))
