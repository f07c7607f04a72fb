{
    "name": "Returns Management: Store Credit and Coupons",
    "summary": "Settle a return by store credit, and give coupons from it",
    "version": "19.0.1.0.0",
    "category": "Supply Chain/Inventory",
    "license": "LGPL-3",
    "author": "RMA Management Contributors",
    "depends": ["rma_management", "sale_loyalty"],
    "data": [
        "security/ir.model.access.csv",
        "security/rma_management_loyalty_rules.xml",
        "wizard/rma_coupon_wizard_views.xml",
        "views/rma_coupon_views.xml",
        "views/rma_order_views.xml",
    ],
    "auto_install": True,
}
