{
    "name": "Returns Management: Kits",
    "summary": "Take kits back whole: their components come in, and count as one",
    "version": "19.0.2.0.0",
    "category": "Supply Chain/Inventory",
    "license": "LGPL-3",
    "author": "RMA Management Contributors",
    "depends": ["rma_management", "sale_mrp"],
    "demo": ["demo/kit_demo.xml"],
    "auto_install": True,
}
