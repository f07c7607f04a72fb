"""The values of our returns, from the rows of OCA's table."""

import re

from markupsafe import Markup
from odoo.tools import SQL, html2plaintext, is_html_empty

from .catalog import get_name
from .keep import kept

LABELS = {
    "move_id": "Origin move",
    "sale_line_id": "Sales order line",
    "sale_order_id": "Sales order",
}
RICH = re.compile(r"<(img|table|a)\b", re.I)


class Values:
    """Prepare what our returns take from OCA's, and note what they have no field for."""

    def __init__(self, env, catalog):
        self.env = env
        self.catalog = catalog

    def get_company(self, row):
        """Return the company of a return.

        :param row: row of OCA's table
        :return: `res.company` record
        """
        warehouse = self.env["stock.warehouse"].browse(row["warehouse_id"])
        return self.env["res.company"].browse(row["company_id"]) or warehouse.company_id or self.env.company

    def get_order_values(self, row):
        """Return the values of the return.

        :param row: row of OCA's table
        :return: values of `rma.order`
        """
        sale_line = self.env["sale.order.line"].browse(row.get("sale_line_id"))
        partner_id = row["partner_id"] or self._get_unknown_customer().id
        values = {
            "oca_rma_id": row["id"],
            "name": self._get_free_name(row),
            "company_id": self.get_company(row).id,
            "partner_id": partner_id,
            "sale_order_id": row.get("order_id") or sale_line.order_id.id,
            "user_id": row["user_id"] or False,
            "date_requested": row["date"],
            "customer_note": self._get_customer_note(row),
            "internal_note": self._get_note(row),
            "tag_ids": [(6, 0, self._get_tags(row))],
            "was_requested": row["state"] != "draft" or bool(row["reception_move_id"]),
        }
        if row["partner_shipping_id"]:
            values["partner_shipping_id"] = row["partner_shipping_id"]
        return values

    def get_line_values(self, row):
        """Return the values of the item, empty where OCA's return names no product.

        :param row: row of OCA's table
        :return: values of `rma.order.line`
        """
        product_id = row["return_product_id"] or row["product_id"]
        if not product_id or row["product_uom_qty"] <= 0:
            return {}
        operation = self.catalog.operations.get(row["operation_id"])
        values = {
            "product_id": product_id,
            "product_uom_id": row["product_uom"],
            "product_uom_qty": float(row["product_uom_qty"]),
            "is_taken_over": True,
        }
        if product_id == row["product_id"]:
            values["move_id"] = row["move_id"]
            if row.get("sale_line_id"):
                values["sale_line_id"] = row["sale_line_id"]
        if operation:
            values["reason_id"] = operation["reason_id"]
            values["operation_type_id"] = self.catalog.get_type(operation, row["state"]).id
        return values

    def _get_free_name(self, row):
        """Return the number of a return: that of OCA, which did not keep two from having the same."""
        name = (row["name"] or "").strip() or f"RMA/{row['id']}"
        taken = self.env["rma.order"].with_context(active_test=False)
        domain = [("name", "=", name), ("company_id", "=", self.get_company(row).id)]
        return f"{name} ({row['id']})" if taken.search_count(domain, limit=1) else name

    def _get_unknown_customer(self):
        """Return the customer of returns that have none in OCA."""
        partners = self.env["res.partner"].with_context(active_test=False)
        name = "Customer unknown (OCA rma)"
        return partners.search([("name", "=", name)], limit=1) or partners.create({"name": name})

    def _get_tags(self, row):
        self.env.cr.execute(SQL("SELECT rma_tag_id FROM %s WHERE rma_id = %s", kept("tag_rel"), row["id"]))
        return [self.catalog.tags[tag_id] for (tag_id,) in self.env.cr.fetchall()]

    def _get_customer_note(self, row):
        description = row["description"]
        return False if is_html_empty(description) else html2plaintext(description)

    def _get_note(self, row):
        """Return what our returns have no field for, as a note to staff."""
        order = self.env["sale.order"].browse(row.get("order_id"))
        invoiced = self.env["res.partner"].browse(row["partner_invoice_id"])
        operation = self.catalog.operations.get(row["operation_id"])
        lines = {
            # Otherwise it is the reason of the item.
            "Operation": get_name(operation["name"]) if operation and not self.get_line_values(row) else None,
            "Source document": row["origin"] if row["origin"] != order.name else None,
            "Team": self.catalog.teams.get(row["team_id"]),
            "Deadline": row["deadline"],
            # Any other is what OCA gives to all.
            "Priority": "Normal" if row["priority"] == "0" else None,
            "Finalization reason": self.catalog.finalizations.get(row["finalization_id"]),
            "Invoice address": invoiced.display_name if invoiced.id != row["partner_id"] else None,
            "Originally delivered": row["return_product_id"]
            and self.env["product.product"].browse(row["product_id"]).display_name,
            "Extracted from": row["origin_split_rma_id"] and self._get_old_name(row["origin_split_rma_id"]),
            "Number": row["name"] if row["name"] != self._get_free_name(row) else None,
        }
        description = row["description"] or ""
        # Pictures, tables and links are lost in the customer's remark, which is plain text.
        rich = Markup(description) if RICH.search(description) else Markup()
        items = [Markup("<li>%s: %s</li>") % (label, value) for label, value in lines.items() if value]
        return (Markup("<p>%s</p><ul>%s</ul>") % ("From OCA rma", Markup().join(items)) if items else Markup()) + rich

    def _get_old_name(self, rma_id):
        self.env.cr.execute(SQL("SELECT name FROM %s WHERE id = %s", kept("rma"), rma_id))
        found = self.env.cr.fetchone()
        return found and found[0]

    def note_dropped(self, row, order, names):
        """Note the links that contradict our rules, as an order of another customer.

        :param row: row of OCA's table
        :param order: `rma.order` record
        :param names: fields that were left out
        """
        models = {"move_id": "stock.move", "sale_line_id": "sale.order.line", "sale_order_id": "sale.order"}
        ids = {"move_id": row["move_id"], "sale_line_id": row.get("sale_line_id"), "sale_order_id": row.get("order_id")}
        for name in names:
            if ids[name]:
                record = self.env[models[name]].browse(ids[name])
                order.internal_note = (order.internal_note or Markup()) + Markup("<p>%s: %s</p>") % (
                    LABELS[name],
                    record.display_name,
                )
