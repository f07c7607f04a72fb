from odoo import api, models


class RmaResolution(models.AbstractModel):
    """The contract of a resolution: a way in which a returned product is settled.

    A resolution is a value of `rma.operation.type.resolution`, a record of `rma.operation.type` that uses it, and a
    model `rma.resolution.<value>` that inherits this one. The engine, the process screen and the website use nothing
    else. Methods that REQUIRED names must be overridden: the registry does not load without them.
    """

    _name = "rma.resolution"
    _description = "Resolution of a Return"

    REQUIRED = ("_get_qty_done", "_settle")

    # The product is credited: the order counts it as not delivered, and its credit notes are made in one go.
    _credits = False
    # The goods have to be received first: they cannot be settled on approval, nor be kept by the customer.
    _needs_goods = False
    # The goods stay where they are until this resolution is carried out: the process screen cannot move them on.
    _takes_goods = False
    # A decision may name another product.
    _has_product = False
    # Staff choose it on the process screen.
    _is_offered = True
    # Whoever received the product as a gift may get it: it gives nothing to the buyer, and tells no price.
    _suits_gifts = False
    # Who received the product as a gift gets this where the buyer would get the money.
    _gives_value = False

    def _register_hook(self):
        """Check the contract of every resolution once the registry is loaded.

        :raise TypeError: names the resolution and what is missing
        """
        super()._register_hook()
        if self._name != "rma.resolution":
            return
        for value in self._get_values():
            name = f"rma.resolution.{value}"
            if name not in self.env:
                raise TypeError(
                    f"The resolution {value!r} of rma.operation.type has no model. "
                    f"Add one with _name = {name!r} and _inherit = 'rma.resolution'."
                )
            resolution = self.env[name]
            for method in self.REQUIRED:
                if getattr(type(resolution), method) is getattr(type(self), method):
                    raise TypeError(f"{name} lacks the method {method}. Override it as rma.resolution describes it.")

    # === The contract ===

    @api.model
    def _get_depends(self):
        """Return the fields of `rma.order.line` that `_get_qty_done` reads.

        :return: list of field names
        """
        return []

    @api.model
    def _get_qty_done(self, line, decision=None):
        """Return what documents have carried out of a line. What needs no document is done when it is decided, see
        `_count_decided`.

        :param line: `rma.order.line` record
        :param decision: `rma.settlement` record, to count only what its own documents carried out
        :return: float, in the unit of measure of the line
        """
        raise NotImplementedError

    @api.model
    def _settle(self, quantities):
        """Create the documents of all decisions in one batch, each linked to its decision.

        :param quantities: {`rma.settlement` record: quantity still to carry out, in the unit of measure of its line}
        :raise UserError: when a document cannot be made
        """
        raise NotImplementedError

    @api.model
    def _get_qty_settled(self, line):
        """Return how much of a line ended in this way, and in no other.

        :param line: `rma.order.line` record
        :return: float, in the unit of measure of the line
        """
        return self._get_qty_done(line)

    @api.model
    def _get_qty_due(self, line):
        """Return the quantity of a line still to carry out.

        :param line: `rma.order.line` record
        :return: float, in the unit of measure of the line
        """
        return max(0.0, line._get_qty_planned(self._get_value()) - self._get_qty_done(line))

    @api.model
    def _prepare_decisions_values(self, quantities):
        """Prepare the decisions that the plan of lines makes. Override it for additional fields of a decision.

        :param quantities: {`rma.order.line` record: quantity in its unit of measure}
        :return: list of values of `rma.settlement`, one for each line
        """
        return [
            {
                "order_id": line.order_id.id,
                "line_id": line.id,
                "resolution": self._get_value(),
                "quantity": quantity,
                "is_planned": True,
            }
            for line, quantity in quantities.items()
        ]

    @api.model
    def _get_warnings(self, row):
        """Return the warnings to show on the process screen.

        :param row: `rma.process.decision` record
        :return: list of sentences
        """
        return []

    # === For all resolutions ===

    @api.model
    def _get_value(self):
        """Return the value of `rma.operation.type.resolution` that this model stands for.

        :rtype: str
        """
        return self._name.removeprefix("rma.resolution.")

    @api.model
    def _get_values(self):
        """Return all resolutions.

        :return: list of the values of `rma.operation.type.resolution`
        """
        return self.env["rma.operation.type"]._fields["resolution"].get_values(self.env)

    @api.model
    def _get_all(self):
        """Return the models of all resolutions.

        :return: list of `rma.resolution.*` models
        """
        return [self.env[f"rma.resolution.{value}"] for value in self._get_values()]

    @api.model
    def _count_decided(self, line, decision=None):
        """Return the decided quantity, for resolutions that need no document.

        :param line: `rma.order.line` record
        :param decision: `rma.settlement` record, to count only that
        :return: float, in the unit of measure of the line
        """
        decisions = decision or line.settlement_ids.filtered(lambda d: d.resolution == self._get_value())
        return sum(decision.quantity - decision.qty_revoked for decision in decisions)

    @api.model
    def _get_due_by_product(self, line):
        """Return the quantity of a line still to carry out, by the product of its decisions.

        :param line: `rma.order.line` record
        :return: {`product.product` record, empty where decisions name none: quantity in the unit of the line}
        """
        left = self._get_qty_due(line)
        if not self._has_product:
            return {self.env["product.product"]: left}
        due = {}
        for decision in line.settlement_ids.filtered(lambda d: d.resolution == self._get_value()):
            taken = min(left, decision._get_qty_open())
            due[decision.product_id] = due.get(decision.product_id, 0.0) + taken
            left -= taken
        planned = line.replacement_product_id or line.product_id
        due[planned] = due.get(planned, 0.0) + left
        return due

    @api.model
    def _decide(self, lines):
        """Return the decisions still to be carried out. Planned ones are recorded first.

        :param lines: `rma.order.line` records
        :return: {`rma.settlement` record: quantity in the unit of measure of its line}
        """
        due = {line: self._get_qty_due(line) for line in lines}
        return self._cover({line: qty for line, qty in due.items() if line.product_uom_id.compare(qty, 0) > 0})

    @api.model
    def _cover(self, due):
        """Spread quantities over open decisions, and write decisions for the rest.

        :param due: {`rma.order.line` record: quantity in its unit of measure, above zero}
        :return: {`rma.settlement` record: quantity in the unit of measure of its line}
        """
        decisions = {}
        planned = {}
        for line, quantity in due.items():
            for decision in line.settlement_ids.filtered(lambda d: d.resolution == self._get_value()):
                taken = min(quantity, decision._get_qty_open())
                if line.product_uom_id.compare(taken, 0) > 0:
                    decisions[decision] = taken
                    quantity -= taken
            if line.product_uom_id.compare(quantity, 0) > 0:
                planned[line] = quantity
        for decision in self.env["rma.settlement"]._record(self._prepare_decisions_values(planned)):
            decisions[decision] = decision.quantity
        return decisions
