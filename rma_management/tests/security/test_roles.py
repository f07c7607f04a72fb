from pathlib import Path

from odoo.tests import TransactionCase, new_test_user, tagged

README = Path(__file__).parents[2] / "README.rst"
ROLES = {
    "User": "rma_management.group_rma_user",
    "All returns": "rma_management.group_rma_all",
    "Manager": "rma_management.group_rma_manager",
    "Auditor": "rma_management.group_rma_auditor",
    "Customer": "base.group_portal",
    "Employee": "base.group_user",
}
OPERATIONS = {"read": "see", "write": "change", "create": "create", "unlink": "delete"}


@tagged("post_install", "-at_install")
class TestRoles(TransactionCase):
    """The table of the README says what each role may do, as the access rules do."""

    def _get_models(self):
        """Find what has a table or a view of its own; windows are their maker's.

        :return: {description: name of a model}
        """
        return {
            model._description: model._name
            for model in self.registry.models.values()
            if model._original_module == "rma_management" and not model._abstract and not model._transient
        }

    def _get_rows(self):
        """Return the rows of the table by the access rules.

        :return: list of lists of texts, the first one with the titles
        """
        users = [new_test_user(self.env, f"rma_role_{n}", group) for n, group in enumerate(ROLES.values())]
        rows = [["Record", *ROLES]]
        for description, model in sorted(self._get_models().items()):
            rights = [
                ", ".join(
                    word
                    for operation, word in OPERATIONS.items()
                    if self.env["ir.model.access"].with_user(user).check(model, operation, raise_exception=False)
                )
                for user in users
            ]
            rows.append([description, *(right or "–" for right in rights)])
        return rows

    def _draw(self, rows):
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        rule = " ".join("=" * width for width in widths)
        lines = [" ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        return "\n".join([rule, lines[0], rule, *lines[1:], rule])

    def test_table_of_the_readme_is_what_the_access_rules_say(self):
        table = self._draw(self._get_rows())
        self.assertIn(table, README.read_text(encoding="utf-8"), f"readme/ROLES.rst needs:\n\n{table}")
