"""Open the pages and screens that only read, and count on which server they were read.

Usage: replica.py SHOP URL DATABASE [REPLICA_PORT]; without a port, that they are served is enough
"""

import json
import re
import sys
import time

import psycopg2
import requests
from client import Client

# How much of what a page reads may be read from the primary: who logs in, and the session.
SHARE = 0.2
ROUNDS = 5
# Requests after the replica has gone.
TRIES = 10


class Counter:
    """What a server has read of a database.

    :param port: of the server, or None for the primary
    """

    def __init__(self, database, port=None):
        self.database = database
        self.connection = psycopg2.connect(dbname="postgres", **({"port": port} if port else {}))
        self.connection.autocommit = True

    def read(self):
        """Return how many rows were returned by now."""
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute("SELECT tup_returned FROM pg_stat_database WHERE datname = %s", [self.database])
            return cursor.fetchone()[0]


def get_visits(shop, url, database):
    """Return what is opened.

    :return: {name: function that opens it}
    """
    clerk, customer = (Client(url, f"soak_{name}", database) for name in ("clerk", "customer"))
    order_id, partner_id, line_id, product_id = shop["orders"][0]
    found = clerk.call("rma.order", "search", [["sale_order_id", "=", order_id]])
    if not found:
        item = {
            "product_id": product_id,
            "sale_line_id": line_id,
            "product_uom_qty": 1,
            "reason_id": shop["reason"],
            "operation_type_id": shop["operation"],
        }
        values = {"partner_id": partner_id, "sale_order_id": order_id, "line_ids": [[0, 0, item]]}
        found = clerk.call("rma.order", "create_and_request", [values])
    pages = ["/my/returns", f"/my/returns/{found[0]}", f"/my/orders/{order_id}/return", "/returns", "/returns/policy"]
    pages += ["/withdraw", "/my/returns/new"]

    def open_page(path):
        response = customer.session.get(url + path, timeout=60)
        response.raise_for_status()
        if not re.search("return|withdraw", response.text, re.IGNORECASE):
            raise AssertionError(f"{path} is not the page that it should be")

    visits = {path: lambda path=path: open_page(path) for path in pages}
    specification = {"name": {}, "state": {}, "partner_id": {"fields": {"display_name": {}}}}
    visits["list"] = lambda: clerk.call("rma.order", "web_search_read", [], specification, limit=80)
    visits["form"] = lambda: clerk.call("rma.order", "web_read", found, specification)
    visits["analysis"] = lambda: clerk.call(
        "rma.report", "formatted_read_group", [], ["product_id"], ["return_count:sum"]
    )
    visits["dashboard"] = lambda: clerk.call("rma.report", "get_dashboard_data", "2020-01-01", "2030-01-01")
    return visits


def main(path, url, database, replica_port=None):
    """Visit everything, and print from where it was read.

    :return: whether what only reads was read from the replica
    """
    if not replica_port:
        # Odoo answers by an error for each connection that it kept open; after that it opens one to the primary.
        lost = sum(requests.get(f"{url}/web/login", timeout=60).status_code >= 500 for _number in range(TRIES))
        print(f"  {lost} of the first {TRIES} requests fail, for connections that Odoo kept")
    with open(path, encoding="utf-8") as file:
        visits = get_visits(json.load(file), url, database)
    counters = [Counter(database), Counter(database, replica_port)] if replica_port else []
    kept = True
    for visit in visits.values():
        # The replica has to follow, and what a server reads once after it started is not counted.
        visit()
    for name, visit in visits.items():
        # Servers count what they read a moment later.
        time.sleep(1.2 if counters else 0)
        before = [counter.read() for counter in counters]
        for _round in range(ROUNDS):
            visit()
        time.sleep(1.2 if counters else 0)
        if not counters:
            print(f"  {name:28} served")
            continue
        primary, replica = (counter.read() - begin for counter, begin in zip(counters, before, strict=True))
        is_kept = primary <= SHARE * (primary + replica)
        kept = kept and is_kept
        print(f"{'PASS' if is_kept else 'FAIL'}  {name:28} {replica} rows of the replica, {primary} of the primary")
    return kept


if __name__ == "__main__":
    sys.exit(0 if main(*sys.argv[1:]) else 1)
