# Run by `odoo shell`: builds the web assets once, so that no test and no first page waits for them.
# KIND is js or css. The bundles of Odoo's own tests of its scripts are left out.
import os

qweb = env["ir.qweb"]
scripts = os.environ["KIND"] == "js"
bundles = qweb._get_bundles_to_pregenarate()[0 if scripts else 1]
for bundle in sorted(bundles - {"web.assets_unit_tests", "web.assets_unit_tests_setup", "web.tests_assets"}):
    asset = qweb._get_asset_bundle(bundle, js=scripts, css=not scripts)
    asset.js() if scripts else asset.css()
    if asset.css_errors:
        raise SystemExit(f"{bundle}: {asset.css_errors}")
env.cr.commit()
