"""Deal the test classes of addons to so many runs that take about as long, and print the test tags of each.

Usage: deal_tests.py RUNS ADDON...
"""

import ast
import sys
from pathlib import Path

# How many seconds a test takes: most of them, and those of files that are named so.
USUAL = 2
SLOW = {
    "tour": 11,
    "portal": 3,
    "fuzz": 85,
    "property": 100,
    "random": 70,
    "scenarios": 4,
    "screen_total": 22,
    "speed": 10,
    "credit": 4,
    "report": 3,
}


def classes(addon):
    """Give the test classes of an addon.

    :return: [(weight, tag)]
    """
    for path in sorted(Path(addon, "tests").rglob("test_*.py")):
        if "addons" in path.relative_to(addon).parts:
            # An example addon, that is dealt by itself.
            continue
        factor = max([USUAL, *(factor for name, factor in SLOW.items() if name in path.stem)])
        found = {node.name: node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.ClassDef)}
        for node in found.values():
            if node.name.startswith("Test"):
                # What several classes test in their own ways stands in a class that they share.
                shared = [found[base.id] for base in node.bases if getattr(base, "id", None) in found]
                names = {getattr(item, "name", "") for part in (node, *shared) for item in part.body}
                tests = sum(name.startswith("test_") for name in names)
                yield factor * (tests or 1), f"/{Path(addon).name}:{node.name}"


def main(runs, addons):
    """Deal: the longest class first, always to the run that has least to do."""
    hands = [[0, []] for _run in range(runs)]
    for weight, tag in sorted((found for addon in addons for found in classes(addon)), reverse=True):
        hand = min(hands, key=lambda hand: hand[0])
        hand[0] += weight
        hand[1].append(tag)
    for _weight, tags in hands:
        print(",".join(tags))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
