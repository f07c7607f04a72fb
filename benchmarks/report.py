"""Prints the table and the bars; ends non-zero when a bar is missed."""

import json
import sys
from pathlib import Path

PHASES = {
    "create": "create + request",
    "approve": "approve + receipt",
    "receive": "receive",
    "credit": "credit note (draft)",
}
CONTENDERS = ("ours", "ours_restock", "oca", "wizards", "floor")

# What ours has to keep.
BAR_SIZE = 1000
BAR_FASTER = 3.5
BAR_QUERIES = 30
GROWTH_FROM = 100
# A phase may cost so much more a return at the larger size; time also swings by itself.
GROWTH_QUERIES = 1.02
GROWTH_SECONDS = 1.25


def main(folder, load):
    """Print all, and tell whether every bar was kept.

    :param folder: where `measure` wrote a file for each contender
    :param load: load of the machine before the run
    :rtype: bool
    """
    results = {name: json.loads((Path(folder) / f"{name}.json").read_text("utf-8")) for name in CONTENDERS}
    print(
        "The whole life of a return: milliseconds and SQL queries a return\n"
        f"{results['ours']['environment']}, load before the run {load}\n"
    )
    _print_table(results)
    _print_pages(results)
    print()
    kept = True
    for text, passed in _check_bars(results):
        print(f"{'----' if passed is None else 'PASS' if passed else 'FAIL'}  {text}")
        kept &= passed is not False
    return kept


def _print_table(results):
    columns = [*PHASES.values(), "sum"]
    widths = [max(len(column), 15) for column in columns]
    name_width = max(len(result["label"]) for result in results.values())
    header = "  ".join(column.rjust(width) for column, width in zip(columns, widths, strict=True))
    print(f"{'N':>6}  {'':{name_width}}  {header}")
    for size in results["ours"]["sizes"]:
        print()
        for result in results.values():
            phases = result["sizes"].get(size)
            if not phases:
                continue
            cells = [_format(phases.get(phase), size) for phase in PHASES] + [_format(_sum(phases), size)]
            row = "  ".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
            print(f"{size:>6}  {result['label']:{name_width}}  {row}")


def _print_pages(results):
    print("\nFirst page of the list and a form, with all these returns in the database: milliseconds and queries")
    for result in results.values():
        if result["pages"]:
            pages = "   ".join(f"{page} {_format(values, 1)}" for page, values in result["pages"].items())
            print(f"        {result['label']}: {pages}")


def _check_bars(results):
    """Yield a sentence for each bar, and whether it is kept; None where it was not measured."""
    ours, oca = results["ours"]["sizes"], results["oca"]["sizes"]
    bar, begin = str(BAR_SIZE), str(GROWTH_FROM)
    if bar not in ours:
        yield f"the bars are checked at N = {BAR_SIZE} only", None
        return
    faster = _sum(oca[bar])["seconds"] / _sum(ours[bar])["seconds"]
    yield f"N = {bar}: {faster:.1f} times as fast as OCA rma (at least {BAR_FASTER})", faster >= BAR_FASTER
    queries = _sum(ours[bar])["queries"] / BAR_SIZE
    yield f"N = {bar}: {queries:.1f} queries a return (at most {BAR_QUERIES})", queries <= BAR_QUERIES
    for phase, title in PHASES.items():
        if begin not in ours:
            yield f"{title}: growth is measured from N = {begin} only", None
            continue
        for unit, tolerance in (("queries", GROWTH_QUERIES), ("seconds", GROWTH_SECONDS)):
            few = ours[begin][phase][unit] / GROWTH_FROM
            many = ours[bar][phase][unit] / BAR_SIZE
            growth = many / few - 1
            yield (
                f"{title}: {unit.replace('seconds', 'time')} a return from N = {begin} to {bar}: {growth:+.0%} "
                f"(at most {tolerance - 1:+.0%})",
                many <= few * tolerance,
            )


def _sum(phases):
    return {unit: sum(phase[unit] for phase in phases.values()) for unit in ("seconds", "queries")}


def _format(values, size):
    if not values:
        return "-"
    milliseconds = values["seconds"] * 1000 / int(size)
    queries = values["queries"] / int(size)
    return f"{milliseconds:.1f} ms {queries:5.1f} q"


if __name__ == "__main__":
    sys.exit(0 if main(*sys.argv[1:]) else 1)
