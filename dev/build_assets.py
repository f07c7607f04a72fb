# Run by `odoo shell`: builds the web assets once, so that no test and no first page waits for them.
env["ir.qweb"]._pregenerate_assets_bundles()
env.cr.commit()
