"""The languages of the demo, on its websites too: run by `odoo shell`. dev/database.sh calls it once."""

CODES = ["fa_IR", "fr_FR", "zh_CN"]

languages = env["res.lang"].with_context(active_test=False).search(  # noqa: F821
    [("code", "in", CODES), ("active", "=", False)]
)
websites = env["website"].search([])  # noqa: F821
install = env["base.language.install"]  # noqa: F821
if languages:
    install.create({"lang_ids": languages.ids, "website_ids": websites.ids, "overwrite": False}).lang_install()
    env.cr.commit()  # noqa: F821
