"""The languages of the demo, on its websites too: run by `odoo shell`, once a demo. dev/database.sh calls it."""

CODES = ["fa_IR", "fr_FR", "zh_CN"]

env = globals()["env"]  # of the shell
known = env["res.lang"].with_context(active_test=False)
languages = known.search([("code", "in", CODES), ("active", "=", False)])
if languages:
    values = {"lang_ids": languages.ids, "website_ids": env["website"].search([]).ids, "overwrite": False}
    env["base.language.install"].create(values).lang_install()
    env.cr.commit()
