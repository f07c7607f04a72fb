"""Print what each screen takes with few returns and with many, and the ratio of both.

Usage: ratios.py FEW MANY, each written by `size`.
"""

import json
import sys
from pathlib import Path


def main(few_path, many_path):
    """Print a table."""
    few, many = (json.loads(Path(path).read_text("utf-8")) for path in (few_path, many_path))
    width = max(map(len, many))
    print(f"{'':{width}}  {'few':>10}  {'many':>10}  {'ratio':>6}  queries")
    for name, figures in many.items():
        seconds, before = figures["seconds"], few[name]["seconds"]
        queries = f"{few[name]['queries']} → {figures['queries']}"
        print(f"{name:{width}}  {before * 1000:7.0f} ms  {seconds * 1000:7.0f} ms  {seconds / before:6.1f}  {queries}")


if __name__ == "__main__":
    main(*sys.argv[1:])
