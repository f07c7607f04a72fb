"""Draw the flows of a return from the addon's own code, as SVG files in its static/description.

States and their labels, the transitions that the guarded methods allow and the labels of the buttons are read from the
code. What a flow names besides (methods, models) is looked up there: a flow that the code has left behind is an error.

Usage: diagrams.py [--check]
"""

import ast
import sys
import textwrap
from pathlib import Path
from xml.sax.saxutils import escape

from lxml import etree

ADDON = Path(__file__).resolve().parent.parent / "rma_management"
TARGET = ADDON / "static" / "description"
GREY = "#4a5568"
COLORS = {
    "draft": "#6c757d",
    "requested": "#b7791f",
    "approved": "#2b6cb0",
    "processing": "#6b46c1",
    "done": "#2f855a",
    "rejected": "#c53030",
    "cancel": GREY,
}
# Each step: the state it leads to, who does what, the method that does it, and the document that is there afterwards.
REQUEST = ("requested", "Customer or staff ask for the return.", "action_request", "Quantities are reserved")
APPROVAL = ("approved", "A manager approves. The customer gets the slip.", "action_approve", "Return receipt")
RECEIPT = (
    "processing",
    "The warehouse validates the receipt.",
    "_compute_qty_received",
    "Goods in the returns location",
)
FLOWS = {
    "refund": [
        REQUEST,
        APPROVAL,
        RECEIPT,
        (
            "processing",
            "Staff process the return, or settle it by its plan.",
            "_credit",
            "Invoiced: credit note of that invoice. Not invoiced: the order delivers less",
        ),
        ("done", "Nothing is left to settle. The customer is told.", "_compute_state", "Goods in stock, or scrapped"),
    ],
    "repair": [
        REQUEST,
        APPROVAL,
        RECEIPT,
        ("processing", "Staff process the return.", "_prepare_repair_values", "Repair order"),
        ("processing", "A technician ends the repair.", "_send_repaired_back", "Delivery back to the customer"),
        ("done", "The delivery has left. The customer is told.", "_compute_state", "The customer has the product"),
    ],
    "replacement": [
        REQUEST,
        APPROVAL,
        RECEIPT,
        (
            "processing",
            "Staff process the return. They may choose another product.",
            "_run_replacement_procurements",
            "Same product: delivery. Another one: sales order, and credit note for the returned one",
        ),
        ("done", "Nothing is left to settle. The customer is told.", "_compute_state", "Goods in stock, or scrapped"),
    ],
}


# === The code ===


def read_code():
    """Read what the diagrams draw from the models and views.

    :return: {"states": {value: label}, "methods": set, "transitions": [(method, source, target)], "buttons": {}}
    """
    states, methods, transitions = {}, set(), []
    for path in sorted((ADDON / "models").rglob("*.py")):
        tree = ast.parse(path.read_text())
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            methods.add(function.name)
            transitions += [(function.name, *edge) for edge in find_transitions(function)]
        if path.name == "rma_order.py":
            states |= find_states(tree)
    if not states:
        raise SystemExit("diagrams: rma.order has no field `state` with a list of values")
    return {"states": states, "methods": methods, "transitions": transitions, "buttons": find_buttons()}


def find_states(tree):
    """Return the values and labels of the field `state`, which stands in one of the files of the model."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "state" and node.value.args:
            return dict(ast.literal_eval(node.value.args[0]))
    return {}


def find_transitions(function):
    """Yield (source, target) of a method that filters what it may change."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "_filter_transition":
            target, sources = (ast.literal_eval(argument) for argument in node.args)
            for source in sources:
                yield source, target


def find_buttons():
    """Give the labels of the buttons of the form: {method: label}."""
    form = etree.parse(ADDON / "views" / "rma_order_views.xml").find(".//record[@id='rma_order_view_form']")
    buttons = {button.get("name"): button.get("string") for button in form.iter("button") if button.get("string")}
    return {**buttons, "action_reject": buttons["action_open_reject"]}


# === Drawing ===


def text(x, y, lines, size=13, color="#1a202c", weight="normal", anchor="middle"):
    return "".join(
        f'<text x="{x}" y="{y + number * (size + 4)}" font-size="{size}" fill="{color}" font-weight="{weight}"'
        f' text-anchor="{anchor}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )


def note(x, y, line, anchor="middle"):
    return text(x, y, [line], 12, GREY, anchor=anchor)


def box(x, y, width, height, fill, stroke="none", dash=""):
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="6" fill="{fill}" stroke="{stroke}"'
        f' stroke-width="1.5"{f" stroke-dasharray={chr(34)}{dash}{chr(34)}" if dash else ""}/>'
    )


def arrow(path, dashed=False):
    dash = ' stroke-dasharray="5 4"' if dashed else ""
    return f'<path d="{path}" fill="none" stroke="{GREY}" stroke-width="1.5"{dash} marker-end="url(#tip)"/>'


def svg(width, height, title, parts):
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        ' font-family="Helvetica, Arial, sans-serif" role="img">\n'
        f"<title>{escape(title)}</title>\n"
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8"'
        ' orient="auto-start-reverse">'
        f'<path d="M0 0L8 4L0 8z" fill="{GREY}"/></marker></defs>\n'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


class GeneralDrawing:
    """All states and the ways between them: a chain, and below it the ends that lead away from it."""

    width, height, gap, top, low = 130, 44, 90, 60, 210

    def __init__(self, code):
        self.code = code
        self.states = code["states"]
        ends = [state for state in self.states if state in ("rejected", "cancel")]
        self.chain = [state for state in self.states if state not in ends]
        self.left = {state: 20 + number * (self.width + self.gap) for number, state in enumerate(self.chain)}
        self.left.update({"rejected": self.left["requested"] + 20, "cancel": self.left["approved"] + 40})
        self.rows = {**dict.fromkeys(self.chain, self.top), **dict.fromkeys(ends, self.low)}

    def draw(self):
        """Return the drawing as SVG."""
        methods = {}
        for method, source, target in self.code["transitions"]:
            methods.setdefault((source, target), method)
        labels = {pair: self.code["buttons"].get(method, method) for pair, method in methods.items()}
        # From approval on the documents lead the way.
        labels |= {("approved", "processing"): "goods arrive", ("processing", "done"): "all is settled"}
        parts = []
        for (source, target), label in labels.items():
            if target != "draft":
                parts += self.draw_way(source, target, label)
        cancel = self.code["buttons"]["action_cancel"]
        parts.append(note(self.left["cancel"] + self.width / 2 + 8, 160, cancel, "start"))
        for state, label in self.states.items():
            parts += self.draw_state(state, label)
        back = ", ".join(self.states[source] for source, target in methods if target == "draft")
        reset = self.code["buttons"]["action_draft"]
        reset = f"{reset}: from {back}, as long as nothing has arrived and nothing is settled."
        parts.append(text(20, self.low + self.height + 54, [reset], 13, GREY, anchor="start"))
        total = self.left[self.chain[-1]] + self.width + 20
        return svg(total, self.low + self.height + 76, "The way of a return", parts)

    def draw_state(self, state, label):
        """Return the box of a state."""
        x, y = self.left[state], self.rows[state]
        return [
            box(x, y, self.width, self.height, COLORS[state]),
            text(x + self.width / 2, y + 27, [label], 15, "#ffffff", "bold"),
        ]

    def draw_way(self, source, target, label):
        """Return the arrow from a state to another one, and its label."""
        if self.rows[source] != self.rows[target]:
            return self.draw_way_down(source, target, label)
        if self.chain.index(target) == self.chain.index(source) + 1:
            return self.draw_step(source, target, label)
        return self.draw_leap(source, target, label)

    def draw_step(self, source, target, label):
        """Return the arrow to the next state of the chain, with its label above and below."""
        x, end = self.left[source] + self.width, self.left[target]
        parts = [arrow(f"M{x} {self.top + 22}H{end - 2}")]
        first, *rest = textwrap.wrap(label, 12)
        parts.append(note((x + end) / 2, self.top + 14, first))
        if rest:
            parts.append(note((x + end) / 2, self.top + 38, " ".join(rest)))
        return parts

    def draw_leap(self, source, target, label):
        """Return the bow over states of the chain that are left out."""
        half = self.width / 2
        x, end = self.left[source], self.left[target]
        bow = f"C{x + self.width} 10 {end} 10 {end + half} {self.top - 2}"
        return [arrow(f"M{x + half} {self.top}{bow}"), note((x + half + end + half) / 2, 18, label)]

    def draw_way_down(self, source, target, label):
        """Return the arrow to a state below the chain. All that are cancelled share one label."""
        start, end = self.left[source], self.left[target] + self.width / 2
        if self.chain.index(source) == 0:
            start += self.width / 2
            bottom = self.low + self.height + 24
            return [arrow(f"M{start} {self.top + self.height}V{bottom}H{end}V{self.low + self.height + 2}")]
        start += self.width * (0.3 if target == "rejected" else 0.7)
        parts = [arrow(f"M{start} {self.top + self.height}L{end} {self.low - 2}")]
        if target == "rejected":
            parts.append(note(start - 8, 140, label, "end"))
        return parts


def draw_flow(name, code):
    """Draw the steps of a way to settle, each with its state and the document it leaves."""
    width, gap, top = 178, 34, 20
    parts = []
    for number, (state, who, method, document) in enumerate(FLOWS[name]):
        if state not in code["states"] or method not in code["methods"]:
            raise SystemExit(f"diagrams: the flow {name} names {state} and {method}, the code has them no more")
        x = 20 + number * (width + gap)
        parts.append(box(x, top, width, 230, "#f7fafc", "#cbd5e0"))
        parts.append(box(x, top, width, 40, COLORS[state]))
        parts.append(text(x + width / 2, top + 26, [code["states"][state]], 15, "#ffffff", "bold"))
        parts.append(text(x + width / 2, top + 66, textwrap.wrap(who, 24), 13))
        parts.append(box(x + 12, top + 138, width - 24, 80, "#ffffff", GREY, "4 3"))
        lines = textwrap.wrap(document, 26)
        parts.append(text(x + width / 2, top + 182 - 8 * (len(lines) - 1), lines, 12, "#2d3748"))
        if number:
            parts.append(arrow(f"M{x - gap + 2} {top + 20}H{x - 3}"))
    total = 20 + len(FLOWS[name]) * (width + gap) - gap + 20
    return svg(total, 270, f"{name.capitalize()}, step by step", parts)


def main(arguments):
    code = read_code()
    drawings = {
        "flow_general": GeneralDrawing(code).draw(),
        **{f"flow_{name}": draw_flow(name, code) for name in FLOWS},
    }
    stale = [
        name
        for name, drawing in drawings.items()
        if not (TARGET / f"{name}.svg").exists() or (TARGET / f"{name}.svg").read_text() != drawing
    ]
    if "--check" in arguments:
        for name in stale:
            print(f"{name}.svg is not what the code says. Run: python3 dev/diagrams.py")
        return len(stale)
    for name in stale:
        (TARGET / f"{name}.svg").write_text(drawings[name])
    return 0


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1:])))
