"""Keep by SQL what the uninstallation of OCA's rma would delete. Neither OCA's models nor ours are needed here."""

import json

from odoo.sql_db import db_connect
from odoo.tools import SQL
from odoo.tools.sql import column_exists, table_exists

# Messages and files of a model are deleted with it, so they bear another name until they have a return again.
NEUTRAL = "rma_oca"
# Any model that stays: activities are deleted with theirs.
NEUTRAL_MODEL = "mail.thread"
COPIES = {
    "rma": "SELECT * FROM rma",
    "operation": """
        SELECT o.*, d.name AS xmlid, NULL::integer AS reason_id
          FROM rma_operation o
          LEFT JOIN ir_model_data d ON d.model = 'rma.operation' AND d.module = 'rma' AND d.res_id = o.id""",
    "tag": "SELECT *, NULL::integer AS new_id FROM rma_tag",
    "tag_rel": "SELECT * FROM rma_rma_tag_rel",
    "finalization": "SELECT * FROM rma_finalization",
    "team": "SELECT * FROM rma_team",
    "location": """
        SELECT id AS warehouse_id, rma_loc_id AS location_id FROM stock_warehouse WHERE rma_loc_id IS NOT NULL""",
    "delivery": """
        SELECT m.id, m.rma_id, coalesce(r.route_id = w.rma_out_route_id, FALSE) AS is_sent_back
          FROM stock_move m
          JOIN rma ON rma.id = m.rma_id
          LEFT JOIN stock_rule r ON r.id = m.rule_id
          LEFT JOIN stock_warehouse w ON w.id = rma.warehouse_id""",
    # What was copied from a credit note names the return too, but does not settle it.
    "credit": """
        SELECT l.id, l.rma_id, l.move_id
          FROM account_move_line l JOIN rma ON rma.id = l.rma_id AND rma.refund_id = l.move_id""",
    "message": """
        SELECT m.id, d.name AS subtype
          FROM mail_message m
          JOIN ir_model_data d ON d.model = 'mail.message.subtype' AND d.module = 'rma' AND d.res_id = m.subtype_id""",
    "follower": """
        SELECT r.mail_followers_id AS id, d.name AS subtype
          FROM mail_followers_mail_message_subtype_rel r
          JOIN ir_model_data d
            ON d.model = 'mail.message.subtype' AND d.module = 'rma' AND d.res_id = r.mail_message_subtype_id""",
    "tracking": """
        SELECT v.id, f.name
          FROM mail_tracking_value v JOIN ir_model_fields f ON f.id = v.field_id
         WHERE f.model = 'rma'""",
    "group_user": """
        SELECT r.uid AS user_id, d.name
          FROM res_groups_users_rel r
          JOIN ir_model_data d ON d.model = 'res.groups' AND d.module = 'rma' AND d.res_id = r.gid""",
    "sale_line": """
        SELECT l.id, l.qty_delivered, l.qty_invoiced, l.qty_to_invoice, l.invoice_status,
               o.invoice_status AS order_status
          FROM sale_order_line l JOIN sale_order o ON o.id = l.order_id""",
}
# By which column each return is looked up.
INDEXES = {
    "rma": "id",
    "tag_rel": "rma_id",
    "delivery": "rma_id",
    "credit": "rma_id",
    "message": "id",
    "follower": "id",
    "tracking": "id",
}


def kept(name):
    """Return the name of the copy of a table.

    :param name: key of `COPIES`
    :rtype: SQL
    """
    return SQL.identifier(f"oca_kept_{name}")


def is_installed(env):
    """Return whether OCA's rma is installed.

    :rtype: bool
    """
    return bool(env["ir.module.module"].search_count([("name", "=", "rma"), ("state", "=", "installed")]))


def has_kept(cr):
    """Return whether an earlier run kept the returns.

    :rtype: bool
    """
    return table_exists(cr, "oca_kept_before")


def find_problems(env, force):
    """Return why the returns cannot be taken over.

    :param force: do not ask about other addons
    :return: list of sentences
    """
    problems = []
    oca = env["ir.module.module"].search([("name", "=", "rma")])
    others = set(oca.downstream_dependencies().mapped("name")) - {"rma_sale"}
    if others and not force:
        problems.append(
            f"These addons depend on rma, and would be uninstalled with it, with all their data: "
            f"{', '.join(sorted(others))}. If that is all right, repeat the command with --force."
        )
    env.cr.execute(
        """SELECT rma.name, coalesce(t.name->>'en_US', '') FROM rma
             JOIN product_product p ON p.id = rma.product_id
             JOIN product_template t ON t.id = p.product_tmpl_id
            WHERE t.type <> 'consu' ORDER BY rma.id"""
    )
    problems += [
        f"{name} takes back {product}, which is no physical product. Choose another product for it, or delete it."
        for name, product in env.cr.fetchall()
    ]
    return problems + _find_other_units(env)


def _find_other_units(env):
    """Return which returns count in a unit that their product does not have.

    :return: list of sentences
    """
    env.cr.execute("SELECT name, product_id, product_uom FROM rma WHERE product_id IS NOT NULL ORDER BY id")
    found = env.cr.fetchall()
    wrong = set()
    for product_id, unit_id in {row[1:] for row in found}:
        product = env["product.product"].browse(product_id)
        if not product.uom_id._has_common_reference(env["uom.uom"].browse(unit_id)):
            wrong.add((product_id, unit_id))
    return [
        f"{name} counts {env['product.product'].browse(product_id).display_name} in "
        f"{env['uom.uom'].browse(unit_id).name}. Choose a unit of the product."
        for name, product_id, unit_id in found
        if (product_id, unit_id) in wrong
    ]


def find_notices(cr):
    """Return what cannot be taken over, and has to be set up anew.

    :return: list of sentences
    """
    cr.execute(
        """SELECT a.alias_name FROM mail_alias a JOIN ir_model m ON m.id = a.alias_model_id
            WHERE m.model = 'rma' AND a.alias_name <> '' ORDER BY a.alias_name"""
    )
    return [
        f"Emails to {name}@… will make no more returns: that alias of a team is deleted." for (name,) in cr.fetchall()
    ]


def keep(env, counts):
    """Copy what the uninstallation deletes. It can be repeated as long as OCA's rma is installed.

    :param counts: what there is (see `count.count_before`)
    """
    cr = env.cr
    cr.execute(SQL("DROP TABLE IF EXISTS oca_kept_before"))
    for name, query in COPIES.items():
        if name == "sale_line" and not table_exists(cr, "sale_order_line"):
            continue
        cr.execute(SQL("DROP TABLE IF EXISTS %s", kept(name)))
        cr.execute(SQL("CREATE TABLE %s AS %s", kept(name), SQL(query)))
        if name in INDEXES:
            cr.execute(SQL("CREATE INDEX ON %s (%s)", kept(name), SQL.identifier(INDEXES[name])))
    _rename(env, "rma", NEUTRAL, NEUTRAL_MODEL)
    cr.execute(SQL("CREATE TABLE oca_kept_before AS SELECT %s::json AS counts", json.dumps(counts)))


def _rename(env, source, target, target_model):
    """Give what hangs on records of a model another model, whose records have the same IDs."""
    cr = env.cr
    for table, column in (
        ("mail_message", "model"),
        ("mail_followers", "res_model"),
        ("ir_attachment", "res_model"),
        ("mail_activity_type", "res_model"),
        ("mail_scheduled_message", "model"),
    ):
        if column_exists(cr, table, column):
            name = SQL.identifier(column)
            cr.execute(SQL("UPDATE %s SET %s = %s WHERE %s = %s", SQL.identifier(table), name, target, name, source))
    model = env["ir.model"]._get(target_model)
    cr.execute(
        SQL("UPDATE mail_activity SET res_model = %s, res_model_id = %s WHERE res_model = %s", target, model.id, source)
    )
    env.invalidate_all()


def adopt_locations(env):
    """Make OCA's location of each warehouse its returns location: our installation finds it by place and barcode.

    The goods of open returns lie there, and are put back into the stock of the warehouse that the location belongs to.
    It leaves the place where OCA's uninstallation would delete it.
    """
    env.cr.execute(SQL("SELECT warehouse_id, location_id FROM %s", kept("location")))
    for warehouse_id, location_id in env.cr.fetchall():
        warehouse = env["stock.warehouse"].browse(warehouse_id).exists()
        location = env["stock.location"].browse(location_id).exists()
        barcode = warehouse.code.replace(" ", "").upper() + "RMA"
        if not location or location.usage != "internal" or location.search_count([("barcode", "=", barcode)]):
            continue
        name = "RMA" if location.name == warehouse.view_location_id.name else location.name
        location.write({"name": name, "location_id": warehouse.view_location_id.id, "barcode": barcode})


def get_waiting_ids(cr, failed, limit):
    """Return the returns that are not taken over yet.

    :param failed: IDs that were tried already
    :param limit: how many at most
    :return: list of IDs in OCA's table
    """
    cr.execute(
        SQL(
            """SELECT k.id FROM %s k
                WHERE k.id <> ALL(%s) AND NOT EXISTS (SELECT FROM rma_order o WHERE o.oca_rma_id = k.id)
                ORDER BY k.id LIMIT %s""",
            kept("rma"),
            list(failed),
            limit,
        )
    )
    return [row[0] for row in cr.fetchall()]


def count_converted(db_name):
    """Return how many returns were taken over so far.

    :rtype: int
    """
    with db_connect(db_name).cursor() as cr:
        cr.execute("SELECT count(*) FROM rma_order WHERE oca_rma_id IS NOT NULL")
        return cr.fetchone()[0]


def drop(cr):
    """Drop the copies."""
    for name in (*COPIES, "before"):
        cr.execute(SQL("DROP TABLE IF EXISTS %s", kept(name)))
