"""Let many people work on a server at once, and look at what they leave behind.

Usage: drive.py SHOP URL DATABASE SERVER_PID MAIL_PORT WORKERS MINUTES KILLS, see dev/soak
"""

import itertools
import json
import os
import random
import signal
import statistics
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psutil
import psycopg2
import requests
from client import BrokenError, Client, CollidedError, RefusedError
from mail_server import MailServer

# A stranger who asks for nothing but a sign of life waits no longer, in seconds, while everybody approves.
PATIENCE = 20
# How much the workers may grow in the second half of the time.
GROWTH = 1.10
# Every so many orders, two people want the last unit.
RACE = 8


class Soak:
    """The people, what they do, and what they were answered."""

    def __init__(self, shop, url, database):
        self.shop, self.url, self.database = shop, url, database
        self.orders = iter(shop["orders"])
        self.lock = threading.Lock()
        self.answers = Counter()
        self.faults = []
        self.times = {}
        self.local = threading.local()

    def as_user(self, login):
        """Return the session of a user in this thread."""
        clients = self.local.__dict__.setdefault("clients", {})
        if login not in clients:
            clients[login] = Client(self.url, f"soak_{login}", self.database)
        return clients[login]

    def take_order(self):
        """Return an order that nobody has returned yet, or None."""
        with self.lock:
            return next(self.orders, None)

    def ask(self, order, quantity=3):
        """Request a return of an order.

        :return: id of the return
        """
        order_id, partner_id, line_id, product_id = order
        item = {
            "product_id": product_id,
            "sale_line_id": line_id,
            "product_uom_qty": quantity,
            "reason_id": self.shop["reason"],
            "operation_type_id": self.shop["operation"],
        }
        values = {"partner_id": partner_id, "sale_order_id": order_id, "line_ids": [[0, 0, item]]}
        return self.as_user("clerk").call("rma.order", "create_and_request", [values])[0]

    def step(self, name, action):
        """Take a step, again and again where a worker was killed or others were faster.

        :param action: function that takes it
        :return: what it returns, or None where it was refused
        """
        begin = time.perf_counter()
        for _try in range(10):
            answer, result = self._take(name, action)
            self._count(name, answer)
            if answer == "done":
                with self.lock:
                    self.times.setdefault(name, []).append(time.perf_counter() - begin)
            if answer in ("done", "refused", "broken"):
                return result
        self.faults.append(f"{name}: gave up")
        return None

    def _take(self, name, action):
        """Take a step once.

        :return: (what the user was answered, what the action returns)
        """
        try:
            return "done", action()
        except RefusedError:
            return "refused", None
        except CollidedError:
            # People read a sentence, and press the button again.
            return "asked to try again", None
        except BrokenError as error:
            self.faults.append(f"{name}: {error}")
            return "broken", None
        except (requests.RequestException, ValueError):
            time.sleep(0.5)
            return "worker killed", None

    def _count(self, name, answer):
        with self.lock:
            self.answers[name, answer] += 1

    def find(self, order):
        """Return the id of the return of an order, whoever asked for it."""
        found = self.as_user("clerk").call("rma.order", "search", [["sale_order_id", "=", order[0]]])
        return found[0] if found else None

    def whole_return(self, order):
        """Return an order: requested, approved, received and settled by those whose work it is."""
        rma = self.step("request", lambda: self.find(order) or self.ask(order))
        if not rma:
            return
        self.step("approve", lambda: self._approve([rma]))
        self.step("receive", lambda: self._receive(rma))
        self.step("settle", lambda: self.as_user("clerk").call("rma.order", "action_settle", [rma]))
        self.step("page", lambda: self.as_user("clerk").call("rma.order", "read", [rma], ["state", "picking_ids"]))

    def _approve(self, rmas):
        # Pressed again after a worker was killed: those that are approved are left out.
        waiting = self.as_user("manager").call("rma.order", "search", [["id", "in", rmas], ["state", "=", "requested"]])
        return waiting and self.as_user("manager").call("rma.order", "action_approve", waiting)

    def _receive(self, rma):
        domain = [["rma_id", "=", rma], ["picking_type_code", "=", "incoming"], ["state", "=", "assigned"]]
        pickings = self.as_user("warehouse").call("stock.picking", "search", domain)
        context = {"skip_backorder": True, "skip_sms": True}
        return pickings and self.as_user("warehouse").call(
            "stock.picking", "button_validate", pickings, context=context
        )

    def race(self, order):
        """Let two people return the same units at once. One of them is told that there are none left."""
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _number: self.step("last unit", lambda: self.ask(order)), range(2)))
        rma = self.find(order)
        if rma:
            self.step("approve", lambda: self._approve([rma]))

    def work(self, until):
        """Return orders until it is time."""
        for number in itertools.count(1):
            order = time.monotonic() < until and self.take_order()
            if not order:
                return
            if number % RACE:
                self.whole_return(order)
            else:
                self.race(order)


def approve_at_once(soak, workers):
    """Approve twice as many returns at once as there are workers, singly and by the list, while a customer and a
    stranger want something, too.

    :return: whether everybody was served
    """
    orders = [soak.take_order() for _number in range(4 * workers)]
    rmas = [soak.ask(order) for order in orders]
    single, batch = rmas[: 2 * workers], rmas[2 * workers :]
    pairs = [[first, second] for first, second in zip(batch[::2], batch[1::2], strict=True)]
    done = threading.Event()
    waits = []

    def ask_for_health():
        while not done.is_set():
            begin = time.perf_counter()
            requests.get(f"{soak.url}/web/health", timeout=120)
            waits.append(time.perf_counter() - begin)
            time.sleep(0.2)

    stranger = threading.Thread(target=ask_for_health)
    stranger.start()
    begin = time.perf_counter()
    with ThreadPoolExecutor(len(single) + len(pairs) + 1) as pool:
        jobs = [
            pool.submit(soak.step, "approve at once", lambda ids=ids: soak._approve(ids))
            for ids in [[rma] for rma in single] + pairs
        ]
        jobs.append(pool.submit(soak.step, "customer's page", lambda: _open_page(soak)))
        for job in jobs:
            job.result()
    took = time.perf_counter() - begin
    done.set()
    stranger.join()
    states = Counter(row["state"] for row in soak.as_user("clerk").call("rma.order", "read", rmas, ["state"]))
    print(
        f"{len(jobs)} at once by {workers} workers: {took:.1f} s; a stranger waited {max(waits):.1f} s at most; "
        f"states: {dict(states)}"
    )
    return set(states) == {"approved"} and max(waits) < PATIENCE


def _open_page(soak):
    response = soak.as_user("customer").session.get(f"{soak.url}/my/returns", timeout=120)
    response.raise_for_status()


def kill_workers(server, count, until, killed):
    """Kill workers, with no time to say goodbye, at random moments."""
    for left in range(count, 0, -1):
        time.sleep(random.uniform(0.5, 1.5) * max(until - time.monotonic(), 1) / (left + 1))
        # Those that answer requests, and those of the jobs.
        children = [child for child in psutil.Process(server).children() if "gevent" not in child.cmdline()]
        if children and time.monotonic() < until:
            os.kill(random.choice(children).pid, signal.SIGKILL)
            killed.append(time.monotonic())


def get_memory(server):
    """Return what the workers hold, in bytes."""
    total = 0
    for child in psutil.Process(server).children():
        with suppress(psutil.NoSuchProcess):
            total += child.memory_info().rss
    return total


def check_documents(soak, cursor):
    """Look for what is between: a return with half of its documents, or with two of one.

    :return: list of sentences, one for each kind of fault
    """
    checks = {
        "approved returns without a receipt, or with several": """
            SELECT count(*) FROM rma_order o WHERE o.state NOT IN ('draft', 'requested', 'cancel', 'rejected')
               AND o.create_date > %(begin)s AND (SELECT count(*) FROM stock_picking p WHERE p.rma_id = o.id
               AND p.state != 'cancel' AND p.picking_type_id IN (SELECT rma_type_id FROM stock_warehouse)
               AND p.location_id IN (SELECT id FROM stock_location WHERE usage = 'customer')) != 1""",
        "finished returns without a posted credit note, or with several": """
            SELECT count(*) FROM rma_order o WHERE o.state = 'done' AND o.create_date > %(begin)s
               AND (SELECT count(DISTINCT l.move_id) FROM account_move_line l
                    JOIN rma_order_line r ON r.id = l.rma_line_id
                    WHERE r.order_id = o.id AND l.parent_state = 'posted') != 1""",
        "finished returns whose goods are not back in stock": """
            SELECT count(*) FROM rma_order o JOIN rma_order_line r ON r.order_id = o.id
             WHERE o.state = 'done' AND o.create_date > %(begin)s
               AND (SELECT coalesce(sum(m.quantity), 0) FROM stock_move m WHERE m.rma_line_id = r.id
                    AND m.rma_role = 'restock' AND m.state = 'done') != r.product_uom_qty""",
        "orders with more returned than delivered": """
            SELECT count(*) FROM (SELECT r.sale_line_id FROM rma_order_line r JOIN rma_order o ON o.id = r.order_id
             WHERE o.create_date > %(begin)s AND o.state NOT IN ('draft', 'cancel', 'rejected')
             GROUP BY r.sale_line_id HAVING sum(r.product_uom_qty) > 3) doubled""",
        "drafts left behind": "SELECT count(*) FROM rma_order WHERE state = 'draft' AND create_date > %(begin)s",
    }
    faults = []
    for name, query in checks.items():
        cursor.execute(query, {"begin": soak.begin})
        count = cursor.fetchone()[0]
        if count:
            faults.append(f"{count} {name}")
    return faults


def main(path, url, database, server, mail_port, workers, minutes, kills):
    """Run all, and print what happened.

    :return: whether all was well
    """
    server, workers, kills = int(server), int(workers), int(kills)
    with open(path, encoding="utf-8") as file:
        shop = json.load(file)
    mail_server = MailServer(int(mail_port))
    mail_server.start()
    soak = Soak(shop, url, database)
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("SELECT now() AT TIME ZONE 'UTC'")
    soak.begin = cursor.fetchone()[0]
    faults = [] if approve_at_once(soak, workers) else ["not everybody was served"]
    faults += work_together(soak, server, 2 * workers, 60 * float(minutes), kills)
    faults += soak.faults + check_documents(soak, cursor)
    cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = %s", [database])
    print(f"Deadlocks: {cursor.fetchone()[0]}")
    faults += wait_for_mails(mail_server, cursor, bool(kills))
    for fault in faults:
        print(f"FAIL  {fault}")
    print(f"{len(faults)} faults" if faults else "PASS")
    return not faults


def work_together(soak, server, people, seconds, kills):
    """Let people return orders for a while, and print what they were answered.

    :return: list of faults
    """
    begin = time.monotonic()
    until = begin + seconds
    killed, memory = [], []
    killer = threading.Thread(target=kill_workers, args=(server, kills, until, killed))
    killer.start()
    with ThreadPoolExecutor(people) as pool:
        jobs = [pool.submit(soak.work, until) for _number in range(people)]
        while not all(job.done() for job in jobs):
            time.sleep(1)
            memory.append(get_memory(server))
        for job in jobs:
            job.result()
    killer.join()
    print(f"\n{people} people for {(time.monotonic() - begin) / 60:.1f} minutes, {len(killed)} workers killed")
    for name in dict.fromkeys(name for name, _answer in soak.answers):
        answers = ", ".join(f"{count} {answer}" for (step, answer), count in soak.answers.items() if step == name)
        times = soak.times.get(name)
        took = f"  median {statistics.median(times):.2f} s, longest {max(times):.1f} s" if times else ""
        print(f"  {name:16} {answers}{took}")
    if kills or len(memory) < 60:
        return []
    early, late = statistics.median(memory[len(memory) // 3 : len(memory) // 2]), statistics.median(memory[-10:])
    print(f"Memory of the workers: {early / 2**20:.0f} MB, then {late / 2**20:.0f} MB")
    return ["the workers grow"] if late > GROWTH * early else []


def wait_for_mails(mail_server, cursor, is_killed):
    """Wait until all has been told that is to be told, and look for what was told twice.

    :return: list of faults
    """
    for _second in range(600):
        cursor.execute("SELECT count(*) FROM rma_announcement WHERE date_next < now() AT TIME ZONE 'UTC'")
        waiting = cursor.fetchone()[0]
        if not waiting:
            break
        time.sleep(1)
    mails = Counter(mail_server.mails)
    doubled = sum(count - 1 for count in mails.values() if count > 1)
    print(f"Mails: {len(mail_server.mails)}, of them {doubled} a second time; {waiting} announcements still wait")
    faults = [f"{waiting} announcements were not told"] if waiting else []
    # A worker that is killed after the mail server took a mail, and before it could write that down, mails it again.
    if doubled and not is_killed:
        faults.append(f"{doubled} mails went out twice")
    return faults


if __name__ == "__main__":
    sys.exit(0 if main(*sys.argv[1:]) else 1)
