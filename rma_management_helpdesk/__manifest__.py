{
    "name": "Returns Management: Help Desk After-Sales",
    "summary": "Refund, coupon, return, repair and field service on a help desk ticket",
    "version": "19.0.1.0.0",
    "category": "After-Sales",
    "license": "AGPL-3",
    "author": "RMA Management Contributors",
    "depends": ["helpdesk_mgmt", "project", "rma_management_loyalty"],
    "data": [],
}
