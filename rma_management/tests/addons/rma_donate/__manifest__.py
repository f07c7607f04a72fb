{
    "name": "Returns Management: Donations (Example)",
    "summary": "Shows how an addon adds a resolution: the goods go to charity, and nothing is paid",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "license": "LGPL-3",
    "author": "RMA Management Contributors",
    "depends": ["rma_management"],
    "data": ["data/rma_operation_type_data.xml"],
}
