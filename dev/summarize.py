"""Read the log of a test run, print what went wrong, and end with `N passed, N failed`.

Usage: summarize.py LOG KNOWN_WARNINGS STATUS
"""

import re
import sys

ENTRY = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>[A-Z]+) \S+ (?P<logger>\S+): (?P<text>.*)")
RESULT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")


def entries(path):
    """Cut the log into entries: a line with its level, and what follows it without one."""
    entry = None
    with open(path, encoding="utf-8", errors="replace") as log:
        for line in log:
            match = ENTRY.match(line)
            if match:
                if entry:
                    yield entry
                entry = (match["level"], match["logger"], [line.rstrip()])
            elif entry:
                entry[2].append(line.rstrip())
    if entry:
        yield entry


def main(path, known_path, status):
    with open(known_path, encoding="utf-8") as known_file:
        known = [line.strip() for line in known_file if line.strip()]
    failed = errors = total = 0
    complaints = 0
    for level, logger, lines in entries(path):
        text = "\n".join(lines)
        result = RESULT.search(text)
        if result and logger.startswith("odoo.tests"):
            failed, errors, total = map(int, result.groups())
        elif level in ("WARNING", "ERROR", "CRITICAL") and not any(part in text for part in known):
            complaints += 1
            print(text, end="\n\n")
    bad = failed + errors
    if not total:
        print("No test ran.")
    if complaints and not bad:
        print(f"{complaints} warning(s) or error(s) in Odoo's log, see above.")
        bad = complaints
    if status and not bad:
        print(f"Odoo ended with status {status}; its log is {path}.")
        bad = 1
    print(f"{max(0, total - failed - errors)} passed, {bad} failed")
    return 1 if bad or not total else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
