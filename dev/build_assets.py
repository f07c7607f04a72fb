# Run by `odoo shell`: builds the web assets once, so that no test and no first page waits for them.
# KIND is js or css. Left out is what neither a test nor a first visit asks for.
import os

SKIPPED = {
    "mail.assets_discuss_public_test_tours",
    "mail.assets_public",
    "project.webclient",
    "web.assets_unit_tests",
    "web.assets_unit_tests_setup",
    "web.assets_web_dark",
    "web.tests_assets",
}

qweb = env["ir.qweb"]
scripts = os.environ["KIND"] == "js"
bundles = qweb._get_bundles_to_pregenarate()[0 if scripts else 1]
for bundle in sorted(bundles - SKIPPED):
    asset = qweb._get_asset_bundle(bundle, js=scripts, css=not scripts)
    asset.js() if scripts else asset.css()
    if asset.css_errors:
        raise SystemExit(f"{bundle}: {asset.css_errors}")
env.cr.commit()
