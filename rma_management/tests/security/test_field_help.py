from odoo.models import MAGIC_COLUMNS
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestFieldHelp(TransactionCase):
    """Whoever reads our tables is told what each field of them means."""

    def test_every_stored_field_says_what_it_is(self):
        silent = []
        for model in self.registry.models.values():
            if not model._name.startswith("rma.") or model._abstract or model._transient or not model._auto:
                continue
            for name, field in model._fields.items():
                is_ours = any(module.startswith("rma_") for module in field._modules)
                if is_ours and field.store and name not in MAGIC_COLUMNS and not field.help:
                    silent.append(f"{model._name}.{name}")
        self.assertFalse(silent, "\n".join(silent))
