"""Compare snapshots of the released version with those of the version that is built now, and say what differs.

Usage: compare.py FOLDER, that holds <moment>-released.json and <moment>-now.json. It ends with `N passed, N failed`.
"""

import json
import re
import sys
from pathlib import Path

# What was compared when, in the order it happened.
MOMENTS = {
    "upgraded": "after the upgrade",
    "settled": "after everything was settled once more",
    "called-off": "after documents were called off",
    "settled-again": "after what was called off was settled",
    "jobs-done": "after the scheduled jobs",
}
# The released version did not write these events down.
NEW_EVENTS = {"decided"}
# Cases that go on otherwise once documents were called off, and why that is right.
GO_ON_OTHERWISE = {
    "repaired: arrived in parts": "each decision has a repair order of its own",
    "replaced: first by the same then by another": "the ledger knows which quantity was to be which product",
    "replaced: first by one then by another": "the ledger knows which quantity was to be which product",
    "replaced: first by another then by the same": "the ledger knows which quantity was to be which product",
}
# What is told otherwise now, of which subjects, and why that is right.
_CLOSING = r"^(state|date_done|can_done|date_processing|items, .*, state|messages): |^history: "
_UNTIL_PAID = "a dearer replacement is invoiced, and the return is done when the difference is paid"
TOLD_OTHERWISE = (
    (r"replaced|RMA00008|RMA00016", r"^amount_to_approve: ", "a dearer product that is sent counts, too"),
    (r"refunded: shipping by the operation", r"^amount_to_approve: 80.0 became 90.0$", "its shipping counts, too"),
    (r"^replacement of", r"(invoice_status|qty_invoiced): ", "what replaces a returned product is invoiced"),
    (
        r"RMA00008|replaced: by another product",
        _CLOSING + "|^documents, replacement orders",
        _UNTIL_PAID,
    ),
    (r"replaced: first part by plan rest received", r"^history, .*, partner_id: ", "the system closes a return"),
    (
        r"refunded: waits until the credit note is posted",
        _CLOSING,
        "the closing rule of today counts whenever a return is settled",
    ),
    (
        r"refunded: fee by the reason",
        r": (82.8 became 84.0|70.8 became 72.0|-?9.2 became -?8.0)$",
        "10 % are of the price of 80 before taxes",
    ),
    (r"^inspected: ", r"^documents, credit notes, no. \d, state: ", "notes are told in the order of what is on them"),
    (r"dozens sold units returned", r"qty_returnable: ", "units that came back of a dozen are counted in units"),
    (r"", r"^state_to_announce is gone", "what is still to be told is a record of its own"),
    (r"Return: approved$", r"^body: .*the slip that we mailed to you", "the SMS says where the slip is"),
    (r"Return: exchange to pay$", r"is new$", "the customer is asked to pay for a dearer replacement"),
    (r"Return: reminder to send the goods$", r"is new$", "customers are reminded to send the goods"),
    (r"Return: verification code for receivers of gifts$", r"is new$", "whoever received a gift returns it"),
    (
        r"",
        r"allowed_operation_type_ids: (there were|new: \"Refund after withdrawal\"$)",
        "staff may refund as after a withdrawal",
    ),
    (
        r"mail.template Withdrawal: |rma.operation.type 16|rma.return.reason 11",
        r"is new$",
        "customers withdraw from contracts",
    ),
    (r"RMA00002", r"^history, ", "a repair that nobody wrote about is dated by its transfer, after the approval"),
)
MOST = 12


def differences(before, after, path=()):
    """Tell what differs, in words. What only the new version tells is no difference, unless it is one of a list.

    :return: list of sentences
    """
    if isinstance(before, dict) and isinstance(after, dict):
        found = []
        for key, value in before.items():
            if key not in after:
                found.append(_say(path, f"{key} is gone (it was {_short(value)})"))
            else:
                found += differences(value, after[key], (*path, key))
        return found
    if isinstance(before, list) and isinstance(after, list):
        return _differences_of_lists(before, after, path)
    return [] if before == after else [_say(path, f"{_short(before)} became {_short(after)}")]


def _differences_of_lists(before, after, path):
    after = [row for row in after if not isinstance(row, dict) or row.get("kind") not in NEW_EVENTS]
    if before and isinstance(before[0], dict):
        after = [{key: row[key] for key in before[0] if key in row} for row in after]
    if _is_lowered_apart(before, after, path):
        return []
    if len(before) == len(after):
        return [
            sentence
            for number, (old, new) in enumerate(zip(before, after, strict=True), 1)
            for sentence in differences(old, new, (*path, f"no. {number}"))
        ]
    gone = [_say(path, f"gone: {_short(row)}") for row in before if row not in after]
    new = [_say(path, f"new: {_short(row)}") for row in after if row not in before]
    return [_say(path, f"there were {len(before)}, now there are {len(after)}"), *gone, *new]


def _is_lowered_apart(before, after, path):
    """Return whether two credit notes give the same, but what lowers the refund has a line of its own today."""
    if not {"credit notes", "lines"} <= set(path):
        return False
    lowered = [row for row in after if not row["product_id"] and row["price_total"] < 0]
    sums = [
        [round(sum(row[name] for row in rows), 2) for rows in (before, after)]
        for name in ("price_subtotal", "price_total")
    ]
    return bool(lowered) and all(old == new for old, new in sums)


def _say(path, what):
    return f"{', '.join(map(str, path))}: {what}" if path else what


def _short(value):
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) < 200 else f"{text[:200]}…"


def compare(kind, before, after):
    """Compare all subjects of a kind.

    :return: {name: list of sentences, empty where nothing differs}
    """
    found = {
        name: differences(subject, after[name]) if name in after else [f"the {kind} is gone"]
        for name, subject in before.items()
    }
    return {**found, **{name: [f"the {kind} is new"] for name in after if name not in before}}


def join_states(moment):
    """Let the figures of a moment tell nothing of which returns are done: some are done later (_UNTIL_PAID).

    What was done and what is in processing is summed, and of the numbers of returns in processing those are taken that
    the returns do not explain.

    :param moment: {kind: {name: subject}}, changed in place
    """
    figures = moment["dashboard"]
    joined = {}
    for name, row in figures["analysis"].items():
        group = joined.setdefault(re.sub(r" (processing|done)$", " processing or done", name), {})
        for measure, value in row.items():
            group[measure] = round(group.get(measure, 0) + value, 4)
    figures["analysis"] = joined
    processing = sum(order.get("state") == "processing" for order in moment["return"].values())
    figures["numbers"]["processing"] = sum(figures["numbers"]["processing"]) - processing


def goes_on_otherwise(name, moment):
    """Tell whether a return, or an order of it, is one of those that may differ by now."""
    called_off = list(MOMENTS).index("called-off")
    return list(MOMENTS).index(moment) >= called_off and any(case in name for case in GO_ON_OTHERWISE)


def is_told_otherwise(name, sentence):
    """Tell whether a difference is one of those that are right."""
    case = re.sub(r"^\w+ \((.*)\)$", r"\1", name)
    return any(
        (re.search(names, name) or re.search(names, case)) and re.search(words, sentence)
        for names, words, _why in TOLD_OTHERWISE
    )


def main(folder):
    """Compare all moments; a return, or another subject, passes when it is the same at each of them.

    :return: 0 when nothing differs
    """
    passed = {}
    for moment, words in MOMENTS.items():
        before, after = (
            json.loads(Path(folder, f"{moment}-{version}.json").read_text("utf-8")) for version in ("released", "now")
        )
        for snapshot in (before, after):
            join_states(snapshot)
        for kind, subjects in before.items():
            for name, sentences in compare(kind, subjects, after[kind]).items():
                if goes_on_otherwise(name, moment):
                    continue
                sentences = [sentence for sentence in sentences if not is_told_otherwise(name, sentence)]
                # What differs later may follow from what differs now.
                if sentences and passed.get((kind, name), True):
                    print(f"{kind} {name}, {words}:", *sentences[:MOST], sep="\n    ")
                    if len(sentences) > MOST:
                        print(f"    … and {len(sentences) - MOST} more")
                passed[kind, name] = passed.get((kind, name), True) and not sentences
    failed = list(passed.values()).count(False)
    print(f"{len(passed) - failed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
