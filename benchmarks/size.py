"""Measure the screens of a shop with many returns: seconds and queries of each, as a user of returns opens them."""

import json
import sys
import time
from datetime import date, timedelta

from lxml import etree
from odoo.tests import new_test_user

ROUNDS = 5


def main(env, path):
    """Measure each screen, the median of some rounds.

    :param path: file that the figures are written to
    """
    user = new_test_user(env, "size", "rma_management.group_rma_all", email="size@example.org")
    env = env(user=user, context={"lang": "en_US", "tz": "UTC"})
    screens = {name: _measure(env, function) for name, function in _get_screens(env).items()}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(screens, file)
    for name, figures in screens.items():
        print(f"  {name}: {figures['seconds'] * 1000:.0f} ms, {figures['queries']} queries", file=sys.stderr)
    env.cr.rollback()


def _measure(env, function):
    seconds = []
    for _round in range(ROUNDS):
        env.invalidate_all()
        queries, begin = env.cr.sql_log_count, time.perf_counter()
        function()
        seconds.append(time.perf_counter() - begin)
        queries = env.cr.sql_log_count - queries
    return {"seconds": sorted(seconds)[ROUNDS // 2], "queries": queries}


def _get_specification(env, model, node):
    """Return what a web client reads of a view."""
    specification = {}
    for child in node.iterchildren():
        if child.tag != "field":
            specification.update(_get_specification(env, model, child))
            continue
        field = env[model]._fields[child.get("name")]
        inner = {}
        for view in child.iterchildren("list", "kanban"):
            inner.update(_get_specification(env, field.comodel_name, view))
        specification[field.name] = {"fields": inner or {"display_name": {}}} if field.relational else {}
    return specification


def _get_screens(env):
    orders, report = env["rma.order"], env["rma.report"]

    def view(view_type):
        return _get_specification(env, "rma.order", etree.fromstring(orders.get_view(view_type=view_type)["arch"]))

    def search(domain, view_type="list"):
        specification = views[view_type]
        return lambda: orders.web_search_read(domain, specification, limit=80)

    views = {view_type: view(view_type) for view_type in ("form", "list", "kanban")}
    rma = orders.search([("state", "=", "done")], limit=1, offset=10)
    received = orders.search([("state", "=", "processing")], limit=1)
    customer = rma.partner_id
    today = date.today()
    year = today - timedelta(days=364)
    measures = ["return_count:sum", "qty_received:sum", "qty_delivered:sum", "amount_refunded:sum"]
    period = [("date_requested", ">=", str(year))]
    sale_line = rma.line_ids.sale_line_id.sudo()
    tracking = [("picking_ids.carrier_tracking_ref", "ilike", "XY12345")]
    return {
        "list": search([]),
        "kanban": search([("state", "in", ("requested", "approved"))], "kanban"),
        "list by number": search([("name", "ilike", rma.name)]),
        "list by customer": search([("partner_id", "child_of", customer.ids)]),
        "list by name of customer": search([("partner_id", "ilike", customer.name)]),
        "list by tracking reference": search(tracking),
        "form": lambda: rma.web_read(views["form"]),
        "history": lambda: env["rma.history"].search_read([("order_id", "=", rma.id)]),
        "process screen": lambda: env["rma.process"].create({"rma_id": received.id}).line_ids.read(),
        "returnable": lambda: sale_line.read(["qty_returnable"]),
        "overview": lambda: env["stock.warehouse"].search([]).read(["rma_late_count", "rma_goods_left_count"]),
        "portal list": lambda: orders.search([("partner_id", "child_of", customer.ids)], limit=20).read(
            ["name", "state"]
        ),
        "dashboard of a year": lambda: report.get_dashboard_data(str(year), str(today)),
        "analysis of a year": lambda: report.formatted_read_group(period, ["product_id"], measures),
        "analysis, list": lambda: report.web_search_read(period, {"product_id": {}, "qty_received": {}}, limit=80),
    }
