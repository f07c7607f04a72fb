import re
from collections import Counter

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path
from odoo.tools.translate import PoFileReader

LANGUAGES = {"fa": "fa_IR", "fr": "fr_FR", "zh_CN": "zh_CN"}
# Python files whose sentences customers read.
SPOKEN_FILES = (
    "controllers/portal.py",
    "controllers/request.py",
    "controllers/website.py",
    "models/policy/rma_policy_engine_mixin.py",
    "controllers/withdrawal.py",
    "models/exchange/rma_order.py",
    "models/notification/rma_order.py",
    "models/portal/ir_attachment.py",
    "models/portal/rma_order.py",
    "models/portal/sale_order_line.py",
    "models/returnable/sale_order_line.py",
    "models/portal/rma_guest_access.py",
    "models/portal/rma_request.py",
    "models/portal/rma_request_line.py",
    "models/withdrawal/product_template.py",
    "models/withdrawal/rma_withdrawal.py",
)
# Fields of records whose names and texts customers read.
SPOKEN_FIELDS = {
    "mail.template,body_html",
    "mail.template,subject",
    "rma.operation.type,name",
    "rma.return.reason,name",
    "sms.template,body",
    "website.menu,name",
}
# What has to be in a translation as it is in the term: placeholders of Python and of mails, and tags.
FIXED = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\{.*?\}\}|</?[a-zA-Z][^>]*>|&\w+;")


@tagged("post_install", "-at_install")
class TestTranslation(TransactionCase):
    """Customers are spoken to in their language."""

    def _read(self, name, module="rma_management"):
        """Give the entries of a translation file, or of the template, by term."""
        with open(file_path(f"{module}/i18n/{name}"), "rb") as file:
            return {entry.msgid: entry for entry in PoFileReader(file).pofile if not entry.obsolete}

    def _is_spoken(self, kind, place, templates):
        """Tell whether customers read the term of this reference of the .pot file."""
        if kind.startswith("code:"):
            return kind.removeprefix("code:addons/rma_management/") in SPOKEN_FILES
        kind, field, name = f"{kind}:{place}".split(":")[:3]
        name = name.removeprefix("rma_management.")
        if field == "ir.ui.view,arch_db":
            return name in templates
        return field in SPOKEN_FIELDS or name.startswith(
            ("selection__rma_order__state__", "selection__rma_operation_type__resolution__")
        )

    def _spoken_terms(self):
        # Pages and slips are the views without a model; staff work with the others.
        templates = self.env["ir.ui.view"].search([("type", "=", "qweb"), ("model", "=", False)])
        names = {
            xmlid.removeprefix("rma_management.")
            for xmlid in templates.get_external_id().values()
            if xmlid.startswith("rma_management.")
        }
        return {
            term
            for term, entry in self._read("rma_management.pot").items()
            if any(self._is_spoken(kind, place, names) for kind, place in entry.occurrences)
        }

    def test_what_customers_read_is_complete_in_every_language(self):
        spoken = self._spoken_terms()
        self.assertGreater(len(spoken), 150)
        for language in LANGUAGES:
            with self.subTest(language=language):
                entries = self._read(f"{language}.po")
                missing = [term for term in spoken if term not in entries or not entries[term].msgstr]
                self.assertFalse(missing)

    def _get_modules(self):
        """Give the names of our addons that are installed, those below the tests apart."""
        modules = self.env["ir.module.module"].search(
            [("name", "=like", "rma_management%"), ("state", "=", "installed")]
        )
        return modules.mapped("name")

    def test_no_term_is_untranslated(self):
        for module in self._get_modules():
            terms = self._read(f"{module}.pot", module)
            self.assertTrue(terms)
            for language in LANGUAGES:
                with self.subTest(module=module, language=language):
                    entries = self._read(f"{language}.po", module)
                    self.assertFalse([term for term in terms if term not in entries or not entries[term].msgstr])

    def test_placeholders_and_tags_survive_the_translation(self):
        for module in self._get_modules():
            for language in LANGUAGES:
                for term, entry in self._read(f"{language}.po", module).items():
                    with self.subTest(module=module, language=language, term=term):
                        if entry.msgstr:
                            # A mail is read outside of our pages, so it says itself that it runs from right to left.
                            translated = entry.msgstr.replace('<div dir="rtl">', "<div>", 1)
                            self.assertEqual(Counter(FIXED.findall(translated)), Counter(FIXED.findall(term)))

    def test_each_language_reaches_records_pages_and_sentences(self):
        english = self.env(context={"lang": "en_US"})
        for language, code in LANGUAGES.items():
            self.env["res.lang"]._activate_lang(code)
            self.env["ir.module.module"]._load_module_terms(["rma_management"], [code])
            with self.subTest(language=language):
                translated = self.env(context={"lang": code})
                entries = self._read(f"{language}.po")
                for xmlid, field in (
                    ("rma_management.rma_return_reason_defective", "name"),
                    ("rma_management.rma_operation_type_replace", "name"),
                    ("rma_management.mail_template_rma_done", "subject"),
                ):
                    term = english.ref(xmlid)[field]
                    self.assertEqual(translated.ref(xmlid)[field], entries[term].msgstr)
                page = translated.ref("rma_management.guest_order").arch_db
                self.assertIn(entries["Send me a code"].msgstr, page)
                self.assertEqual(
                    dict(translated["rma.order"]._fields["state"]._description_selection(translated))["done"],
                    entries["Done"].msgstr,
                )
                self.assertEqual(
                    translated["rma.order"]._get_portal_status_cancel()["title"],
                    entries["This return is canceled"].msgstr,
                )
