def post_init_hook(env):
    """Give the warehouses that exist already their returns location and operation type."""
    env["stock.warehouse"].with_context(active_test=False).search([])._create_missing_rma_records()
