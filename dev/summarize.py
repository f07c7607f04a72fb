"""Read the logs of test runs, print what went wrong, and end with `N passed, N failed`.

Usage: summarize.py KNOWN_WARNINGS LOG:STATUS...
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


def main(known_path, *runs):
    """Print what went wrong in all runs, and the sum of them.

    :param known_path: file with parts of warnings that are not ours
    :param runs: LOG:STATUS of each run
    :return: 0 when all is well
    """
    with open(known_path, encoding="utf-8") as known_file:
        known = [line.strip() for line in known_file if line.strip()]
    passed = bad = 0
    for run in runs:
        path, _colon, status = run.rpartition(":")
        run_passed, run_bad = summarize(path, known, int(status))
        passed += run_passed
        bad += run_bad
    print(f"{passed} passed, {bad} failed")
    return 1 if bad or not passed else 0


def summarize(path, known, status):
    """Print what went wrong in one run.

    :return: (number of tests that passed, number of what did not)
    """
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
        print(f"No test ran; the log is {path}.")
        bad = bad or 1
    if complaints and not bad:
        print(f"{complaints} warning(s) or error(s) in Odoo's log, see above.")
        bad = complaints
    if status and not bad:
        print(f"Odoo ended with status {status}; its log is {path}.")
        bad = 1
    return max(0, total - failed - errors), bad


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
