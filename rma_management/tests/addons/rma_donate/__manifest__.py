{
    "name": "Returns Management: Donations (Example)",
    "summary": "Shows how an addon adds a resolution, a disposition, fields of credit notes, and a rule of refusal",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "license": "LGPL-3",
    "author": "RMA Management Contributors",
    "depends": ["rma_management"],
    "data": ["data/rma_operation_type_data.xml", "data/stock_location_data.xml"],
}
