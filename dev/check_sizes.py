"""Check that files and functions are short enough to be read in one go.

Usage: check_sizes.py FOLDER...

Complexity is measured by ruff, and JavaScript by eslint.
"""

import ast
import sys
from pathlib import Path

FILE_LINES = 400
# The cases of one subject are read one at a time, and stay together.
TEST_FILE_LINES = 600
FUNCTION_LINES = 40
# What has outgrown its size and is still to be split: its size today, so that it only shrinks.
OUTGROWN = {}
SUFFIXES = {"", ".py", ".scss", ".sh", ".xml"}


def check_file(path, text):
    """Yield the complaint about a file that is too long."""
    limit = OUTGROWN.get(str(path), TEST_FILE_LINES if "tests" in path.parts else FILE_LINES)
    lines = text.count("\n")
    # Demo data is a list of records, and may be as long as it likes.
    if lines > limit and "demo" not in path.parts:
        yield f"{path}: {lines} lines, {limit} are allowed"


def check_functions(path, text):
    """Yield the complaints about functions that are too long, from ``def`` to their last line."""
    for node in ast.walk(ast.parse(text, path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = node.end_lineno - node.lineno + 1
            # A script that brings one version to the next is written once, and read beside its queries.
            if "migrations" not in path.parts and lines > OUTGROWN.get(f"{path}: {node.name}", FUNCTION_LINES):
                yield f"{path}:{node.lineno}: {node.name} has {lines} lines, {FUNCTION_LINES} are allowed"


def check(folder):
    """Yield what is too long in a folder."""
    for path in sorted(folder.rglob("*")):
        if path.suffix in SUFFIXES and path.is_file():
            text = path.read_text("utf-8")
            yield from check_file(path, text)
            if path.suffix == ".py":
                yield from check_functions(path, text)


if __name__ == "__main__":
    problems = [problem for argument in sys.argv[1:] for problem in check(Path(argument))]
    print("\n".join(problems), end="\n" if problems else "")
    sys.exit(bool(problems))
