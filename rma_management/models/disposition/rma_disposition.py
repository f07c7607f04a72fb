from collections import defaultdict

from odoo import SUPERUSER_ID, Command, api, models


class RmaDisposition(models.AbstractModel):
    """The contract of a disposition: where returned goods go from the returns location.

    A disposition is a value of `rma.disposition.mixin.disposition` and a model `rma.disposition.<value>` that inherits
    this one. Where it moves goods, its moves have a role of their own or share one: a value of `stock.move.rma_role`
    that `rma.history._get_kind_by_role` names an event for. Operations, inspections and the process screen ask nothing
    else.
    """

    _name = "rma.disposition"
    _description = "Disposition of Returned Goods"

    # What its moves are: a value of `stock.move.rma_role`. Without one the goods stay where they are.
    _role = ""
    # The stored field of `rma.order.line` that counts these moves, computed by `_compute_qty_disposed`.
    _counts_as = ""
    # Only a look at the goods can tell: no operation may choose it.
    _needs_inspection = False
    # An inspection may choose the location where the goods go.
    _has_location = False

    def _register_hook(self):
        super()._register_hook()
        if self._name == "rma.disposition":
            self._check_contract()

    @api.model
    def _check_contract(self):
        """Check that every disposition of the list can be carried out and counted.

        :raise TypeError: names the disposition and what it lacks
        """
        for value in self._get_values():
            name = f"rma.disposition.{value}"
            if name not in self.env:
                raise TypeError(
                    f"The disposition {value!r} of rma.disposition.mixin has no model. "
                    f"Add one with _name = {name!r} and _inherit = 'rma.disposition'."
                )
            problem = self.env[name]._get_problem()
            if problem:
                raise TypeError(f"{name}: {problem}")

    @api.model
    def _get_problem(self):
        """Return the contract violation of this disposition.

        :return: sentence that says what to add, empty if none
        """
        if not self._role:
            return ""
        moves, history, lines = self.env["stock.move"], self.env["rma.history"], self.env["rma.order.line"]
        kind = history._get_kind_by_role().get(self._role)
        counter = lines._fields.get(self._counts_as)
        if self._role not in moves._fields["rma_role"].get_values(self.env):
            return f"stock.move.rma_role has no value {self._role!r}. Add it by selection_add, or name another _role."
        if kind not in history._fields["kind"].get_values(self.env):
            return (
                f"rma.history knows no event for the role {self._role!r}. Name one in _get_kind_by_role, and add it to "
                "rma.history.kind by selection_add where it is new."
            )
        if not counter or counter.compute != "_compute_qty_disposed":
            return (
                f"_counts_as is {self._counts_as!r}, but rma.order.line has no such field that _compute_qty_disposed "
                "computes. Name one that has, or add one."
            )
        if type(self)._move is self.env.registry["rma.disposition"]._move:
            return "the method _move is missing. Override it as rma.disposition describes it."
        return ""

    # === The contract ===

    @api.model
    def _move(self, goods_list):
        """Move goods on in one batch, with all rights. `_put_away`, `_scrap` and `_send_off` cover the usual ways.

        :param goods_list: list of goods as `rma.order.line._get_goods` gives them, with besides: "line",
            "inspection" (`rma.inspection` record or none), "target" (`stock.location` that somebody chose, or none) and
            "role" (value of `stock.move.rma_role` that each move has to carry)
        :return: records of the documents that were made
        :raise UserError: when a document cannot be made
        """
        raise NotImplementedError

    @api.model
    def _check_line(self, line):
        """Refuse lines that this disposition can never move.

        :param line: `rma.order.line` record
        :raise ValidationError: says what to do instead
        """

    # === For all dispositions ===

    @api.model
    def _get_values(self):
        """Return all dispositions.

        :return: list of values of `rma.disposition.mixin.disposition`
        """
        return self.env["rma.disposition.mixin"]._fields["disposition"].get_values(self.env)

    @api.model
    def _get(self, value):
        """Return the model of a disposition.

        :param value: value of `rma.disposition.mixin.disposition`; while nothing is chosen, goods wait
        :return: `rma.disposition.*` model
        """
        return self.env[f"rma.disposition.{value or 'wait'}"]

    @api.model
    def _get_moving(self):
        """Return the models of the dispositions that move goods.

        :return: list of `rma.disposition.*` models
        """
        return [disposition for disposition in map(self._get, self._get_values()) if disposition._role]

    @api.model
    def _get_roles(self):
        """Return the roles of the moves that take goods away from the returns location.

        :return: set of values of `stock.move.rma_role`
        """
        return {disposition._role for disposition in self._get_moving()}

    @api.model
    def _get_roles_by_counter(self):
        """Return which moves each quantity of a line counts.

        :return: {name of a field of `rma.order.line`: set of values of `stock.move.rma_role`}
        """
        roles = defaultdict(set)
        for disposition in self._get_moving():
            roles[disposition._counts_as].add(disposition._role)
        return roles

    @api.model
    def _carry_out(self, wanted):
        """Move goods on by their dispositions, all that share one at once: the one way for operations, inspections and
        the process screen.

        :param wanted: list of {"line", "disposition", "quantity" in the unit of measure of the line} with, where they
            matter, "lot" (`stock.lot`), "location" (`stock.location` chosen) and "inspection" (`rma.inspection`)
        :raise UserError: when goods cannot go where they should
        """
        goods_by_disposition = defaultdict(list)
        here = {}
        # The one door to Inventory: returns staff need no access to it to decide where returned goods go.
        engine = self.sudo()
        # Read for all lines at once: records that were filtered are no longer read together.
        lines = engine.env["rma.order.line"].union(*(item["line"] for item in wanted))
        lines.move_ids.move_line_ids.mapped("lot_id")
        lines.move_ids.returned_move_ids.mapped("state")
        for item in wanted:
            disposition = self._get(item["disposition"])
            line = item["line"].with_env(engine.env)
            if not disposition._role or line.product_uom_id.compare(item["quantity"], 0) <= 0:
                continue
            disposition._check_line(line)
            if line not in here:
                here[line] = line._get_goods_here()
            for goods in line._get_goods(item["quantity"], item.get("lot"), here[line]):
                goods_by_disposition[disposition._name].append(
                    {
                        **goods,
                        "line": line,
                        "inspection": (item.get("inspection") or self.env["rma.inspection"]).with_env(engine.env),
                        "target": (item.get("location") or self.env["stock.location"]).with_env(engine.env),
                        "role": disposition._role,
                    }
                )
        for name, goods_list in goods_by_disposition.items():
            engine.env[name]._move(goods_list)

    @api.model
    def _put_away(self, goods_list, get_location):
        """Move goods within the company, in one transfer for each return and location, and at once.

        :param goods_list: as in `_move`
        :param get_location: function that returns the `stock.location` of goods that nobody chose one for
        :return: done `stock.picking` records
        """
        groups = defaultdict(list)
        for goods in goods_list:
            line = goods["line"]
            location = goods["target"] or get_location(goods)
            line._check_restock_location(location)
            groups[line.order_id, goods["location"], location].append(
                line._prepare_disposition_move_values(goods, location)
            )
        # Goods are reserved as they are moved: looked up for all at once, as Odoo does where it moves them.
        quants = self.env["stock.quant"]._get_quants_by_products_locations(
            self.env["product.product"].union(*(goods["product"] for goods in goods_list)),
            self.env["stock.location"].union(*(goods["location"] for goods in goods_list)),
        )
        pickings = (
            self.env["stock.picking"]
            .with_context(quants_cache=quants)
            ._create_rma_transfers(
                [
                    self._prepare_put_away_picking_values(order, source, location, moves)
                    for (order, source, location), moves in groups.items()
                ]
            )
        )
        moves = pickings.with_env(self.env).move_ids
        moves._action_confirm(merge=False)
        moves._action_done()
        return moves.picking_id

    @api.model
    def _prepare_put_away_picking_values(self, order, source, location, moves):
        """Prepare a transfer within the company.

        :param order: `rma.order` record
        :param source: `stock.location` that the goods leave
        :param location: `stock.location` where they go
        :param moves: list of values of `stock.move`
        :return: values of `stock.picking`
        """
        return {
            "picking_type_id": source.warehouse_id.int_type_id.id,
            "location_id": source.id,
            "location_dest_id": location.id,
            "company_id": order.company_id.id,
            "origin": order.name,
            "user_id": False,
            "rma_id": order.id,
            "move_ids": [Command.create(values) for values in moves],
        }

    @api.model
    def _scrap(self, goods_list, get_location):
        """Scrap goods. The moves have the role "scrap".

        :param goods_list: as in `_move`
        :param get_location: function that returns the `stock.location` of goods
        :return: done `stock.scrap` records
        """
        scraps = self.env["stock.scrap"].create(
            [goods["line"]._prepare_scrap_values(goods, get_location(goods)) for goods in goods_list]
        )
        # Odoo reads kits with the rights of the person to value what leaves at another cost than a fixed one.
        valued = scraps.filtered(lambda scrap: scrap.product_id.cost_method != "standard")
        for some in (valued.with_user(SUPERUSER_ID), scraps - valued):
            some.do_scrap()
        return scraps

    @api.model
    def _send_off(self, goods_list, get_partner, location_field):
        """Create the deliveries that take goods to partners, one for each return and partner.

        :param goods_list: as in `_move`
        :param get_partner: function that returns the `res.partner` of a line
        :param location_field: field of the partner that holds the destination
        :return: confirmed `stock.picking` records
        """
        groups = defaultdict(list)
        for goods in goods_list:
            line = goods["line"]
            partner = get_partner(line).with_company(line.company_id)
            values = line._prepare_send_off_move_values(goods, partner, partner[location_field])
            groups[line.order_id, partner, goods["location"]].append(values)
        prepare = self.env["rma.order.line"]._prepare_picking_values
        values = [prepare(order, moves) for (order, _partner, _location), moves in groups.items()]
        pickings = self.env["stock.picking"]._create_rma_transfers(values)
        pickings.action_confirm()
        return pickings
