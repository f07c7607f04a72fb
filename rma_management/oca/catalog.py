"""What returns of OCA refer to: operations, tags, and the numbers."""

import json

from odoo import Command
from odoo.tools import SQL

from .keep import kept

ON_CONFIRM = ("manual_on_confirm", "automatic_on_confirm")
# What returns to the customer are in OCA: their operation is a repair where it does little else.
SENT_BACK = ("waiting_return", "returned")
REPLACED = ("waiting_replacement", "replaced")
ROLES = {
    "rma_group_user_own": "group_rma_user",
    "rma_group_user_all": "group_rma_all",
    "rma_group_manager": "group_rma_manager",
}


class Catalog:
    """Find or create our reasons, resolutions and tags for OCA's operations and tags."""

    def __init__(self, env):
        self.env = env
        self.operations = {row["id"]: row for row in self._read("operation")}
        self.tags = {row["id"]: row["new_id"] for row in self._read("tag")}
        self.teams = {row["id"]: get_name(row["name"]) for row in self._read("team")}
        self.finalizations = {row["id"]: get_name(row["name"]) for row in self._read("finalization")}
        self.repairs = self._find_repairs()

    def _read(self, table):
        self.env.cr.execute(SQL("SELECT * FROM %s ORDER BY id", kept(table)))
        return self.env.cr.dictfetchall()

    # === Once ===

    def prepare(self):
        """Create what is missing, and go on with OCA's numbers."""
        for operation in self.operations.values():
            if not operation["reason_id"]:
                operation["reason_id"] = self._create_reason(operation)
                self._remember("operation", "reason_id", operation["id"], operation["reason_id"])
        for tag in self._read("tag"):
            if not tag["new_id"]:
                self._remember("tag", "new_id", tag["id"], self._find_tag(tag))
        self._give_roles()
        self.env.cr.execute("UPDATE ir_sequence SET code = 'rma.order' WHERE code = 'rma' AND company_id IS NOT NULL")
        self.env.invalidate_all()

    def _give_roles(self):
        """Give the users of OCA's groups the roles that are the same with us."""
        self.env.cr.execute(SQL("SELECT name, array_agg(user_id) FROM %s GROUP BY name", kept("group_user")))
        for name, user_ids in self.env.cr.fetchall():
            if name in ROLES:
                users = self.env["res.users"].with_context(active_test=False).search([("id", "in", user_ids)])
                users.write({"group_ids": [Command.link(self.env.ref(f"rma_management.{ROLES[name]}").id)]})

    def _remember(self, table, column, record_id, new_id):
        self.env.cr.execute(
            SQL("UPDATE %s SET %s = %s WHERE id = %s", kept(table), SQL.identifier(column), new_id, record_id)
        )

    def _create_reason(self, operation):
        """Create the return reason that bears the name of an operation, and proposes what it did.

        :param operation: row of OCA's table
        :return: ID of an `rma.return.reason`
        """
        reason = self.env["rma.return.reason"].create(
            {
                "name": get_name(operation["name"]),
                "active": bool(operation["active"]),
                "sequence": 100,
                "portal_ok": False,
                "operation_type_id": self.get_type(operation, "draft").id,
            }
        )
        self._translate("rma_return_reason", reason.id, operation["name"])
        return reason.id

    def _find_tag(self, tag):
        name = get_name(tag["name"])
        tags = self.env["rma.order.tag"]
        found = tags.search([("name", "=", name)], limit=1)
        if not found:
            found = tags.create({"name": name, "color": tag["color"] or 0})
            self._translate("rma_order_tag", found.id, tag["name"])
        return found.id

    def _translate(self, table, record_id, names):
        """Write a name in all its languages."""
        if isinstance(names, dict) and names.get("en_US"):
            self.env.flush_all()
            self.env.cr.execute(
                SQL("UPDATE %s SET name = %s::jsonb WHERE id = %s", SQL.identifier(table), json.dumps(names), record_id)
            )
            self.env.invalidate_all()

    def _find_repairs(self):
        """Return the operations that only send goods back to the customer: what they do is a repair.

        :return: set of IDs
        """
        self.env.cr.execute(
            SQL(
                """SELECT operation_id, sum((state IN %s)::integer), sum((state IN %s)::integer)
                     FROM %s WHERE operation_id IS NOT NULL GROUP BY operation_id""",
                SENT_BACK,
                REPLACED,
                kept("rma"),
            )
        )
        used = {row[0]: row[1:] for row in self.env.cr.fetchall()}
        return {
            operation["id"]
            for operation in self.operations.values()
            if (used.get(operation["id"], (0, 0))[0] or operation["xmlid"] == "rma_operation_return")
            and not used.get(operation["id"], (0, 0))[1]
        }

    # === Resolutions ===

    def get_type(self, operation, state):
        """Return the resolution that does what an operation of OCA did.

        :param operation: row of OCA's table
        :param state: status of the return in OCA, which tells what was chosen where the operation leaves it open
        :return: `rma.operation.type` record
        """
        resolution = self._get_resolution(operation, state)
        action = operation["action_create_refund" if resolution == "refund" else "action_create_delivery"]
        values = {"resolution": resolution, "receipt_policy": "before", "receipt_creation": "auto"}
        if resolution in ("refund", "replace"):
            if not operation["action_create_receipt"]:
                values["receipt_policy"] = "none"
            elif action in ON_CONFIRM:
                values["receipt_policy"] = "after"
            values["auto_settle"] = action == "automatic_after_receipt"
        if operation["action_create_receipt"] == "manual_on_confirm":
            values["receipt_creation"] = "manual"
        return self._find_type(values, get_name(operation["name"]))

    def _get_resolution(self, operation, state):
        refunds, delivers = operation["action_create_refund"], operation["action_create_delivery"]
        if not refunds and not delivers:
            return "return_only"
        if not refunds or (delivers and state in REPLACED):
            return "repair" if operation["id"] in self.repairs and state not in REPLACED else "replace"
        return "return_only" if state == "returned" else "refund"

    def _find_type(self, values, name):
        """Return the resolution with these values, or create it.

        :param values: values of `rma.operation.type`
        :param name: what a new one is called
        """
        types = self.env["rma.operation.type"]
        found = types.search([*((field, "=", value) for field, value in values.items())], order="sequence, id", limit=1)
        return found or types.create({**values, "name": name, "sequence": 100, "portal_ok": False})


def get_name(names):
    """Return a translated name in English, or else in any language.

    :param names: dict as the database has it, or a plain name
    :rtype: str
    """
    if isinstance(names, dict):
        return names.get("en_US") or next(iter(names.values()), "")
    return names or ""
