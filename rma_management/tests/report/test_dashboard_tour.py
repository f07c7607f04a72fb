from odoo.tests import HttpCase, tagged

from ..common import RmaCase


@tagged("post_install", "-at_install")
class TestDashboardTour(RmaCase, HttpCase):
    """C7: dashboard and analysis in a real browser, by someone who has no rights but on returns."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chair.name = "Dashboard Chair"
        cls.env["stock.quant"]._update_available_quantity(cls.chair, cls.stock, 1000)
        cls.order = cls._sell_and_invoice((cls.chair, 1000))

    def test_dashboard_drills_down_to_returns(self):
        # Enough of them to be among the products that are shown.
        self._return(self.order, (self.chair, 500, self.refund))
        self._ask(self.order, (self.chair, 1, self.refund)).action_request()
        self.env["stock.warehouse"].create({"name": "Dashboard Annex", "code": "ANX", "company_id": self.company.id})
        self.warehouse.name = "Dashboard House"
        self.start_tour("/odoo/returns-dashboard", "rma_dashboard", login="rma_manager", timeout=120)

    def test_analysis_opens_returns(self):
        self._return(self.order, (self.chair, 500, self.refund))
        self.start_tour("/odoo/returns-analysis", "rma_analysis", login="rma_manager", timeout=120)
