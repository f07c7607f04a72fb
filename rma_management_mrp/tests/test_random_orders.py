from odoo import Command
from odoo.addons.rma_management.tests.scenarios.common_random import RandomOrderCase
from odoo.tests import tagged


@tagged("post_install", "-at_install")
class TestRandomOrdersWithKits(RandomOrderCase):
    """X1, X3: whole kits come back as whole kits, among other goods."""

    share = 1 / 6

    @classmethod
    def _create_pool(cls):
        goods = super()._create_pool()
        cls.stocked = goods
        kits = cls.env["product.product"]
        for number, parts in enumerate((((goods[0], 1),), ((goods[1], 1), (goods[2], 2)), ((goods[3], 3),))):
            kit = cls._create_product(f"Kit {number}", 50.0, on_hand=0, is_storable=False)
            cls.env["mrp.bom"].create(
                {
                    "product_tmpl_id": kit.product_tmpl_id.id,
                    "type": "phantom",
                    "bom_line_ids": [
                        Command.create({"product_id": part.id, "product_qty": quantity}) for part, quantity in parts
                    ],
                }
            )
            kits |= kit
        return kits | goods[4:]

    def _get_stocked(self):
        return self.stocked

    def test_all_of_a_random_order_comes_back(self):
        self._try_orders()
