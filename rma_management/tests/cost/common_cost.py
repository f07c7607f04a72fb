from ..refund.common_refund import RefundCase


class CostCase(RefundCase):
    """A shop that books its stock as it moves, with categories of each cost method."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        accounts = cls.env["account.account"]
        cls.stock_account = accounts.create(
            {"name": "Stock (returns test)", "code": "RMASTK", "account_type": "asset_current"}
        )
        cls.cost_account = accounts.create(
            {"name": "Cost (returns test)", "code": "RMACGS", "account_type": "expense_direct_cost"}
        )
        cls.standard, cls.average, cls.fifo = (
            cls._create_category(method) for method in ("standard", "average", "fifo")
        )

    @classmethod
    def _create_category(cls, method):
        return cls.env["product.category"].create(
            {
                "name": method,
                "property_cost_method": method,
                "property_valuation": "real_time",
                "property_stock_valuation_account_id": cls.stock_account.id,
                "property_account_expense_categ_id": cls.cost_account.id,
            }
        )

    @classmethod
    def _stocked(cls, category, *costs, price=100.0, **values):
        """Create a product, and receive a unit of it at each cost, or a hundred at one."""
        good = cls._create_product("Good", price, on_hand=0, categ_id=category.id, standard_price=costs[0], **values)
        for cost in costs:
            cls._receive_goods(good, 1 if len(costs) > 1 else 100, cost)
        return good

    @classmethod
    def _receive_goods(cls, product, quantity, cost):
        move = cls.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "product_uom": product.uom_id.id,
                "price_unit": cost,
                "value_manual": quantity * cost,
                "location_id": cls.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": cls.stock.id,
            }
        )
        move._action_confirm()
        # Locations that book what comes from them tell it by this.
        move.reference = "Bought"
        move.quantity = quantity
        move.picked = True
        move._action_done()
        return move

    def _costs(self, moves):
        """Sum what documents book on the account of costs."""
        lines = moves.line_ids.filtered(lambda line: line.account_id == self.cost_account)
        return round(sum(lines.mapped("balance")), 2)

    def _stock_costs(self, moves):
        lines = moves.line_ids.filtered(lambda line: line.account_id == self.stock_account)
        return round(sum(lines.mapped("balance")), 2)
