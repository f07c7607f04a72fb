"""Visits the pages of customers over HTTP, ours and Odoo's in turn, and prints what they took."""

import json
import re
import statistics
import sys
import time

import requests

WARM_UP = 10
ROUNDS = 100
# Not slower: the same page may swing by so much between two runs.
BAR = 1.05


def main(path, url):
    """Print a table and the bars, and tell whether every bar was kept.

    :param path: file that `website` wrote
    :param url: address of the server
    :rtype: bool
    """
    with open(path, encoding="utf-8") as file:
        shop = json.load(file)
    session = _log_in(url, shop["login"])
    pages = {
        "list": ("/my/returns", "/my/orders"),
        "page": (f"/my/returns/{shop['return']}", f"/my/orders/{shop['order']}"),
    }
    print(
        f"\nPages of a customer, with {shop['count']} orders and {shop['count']} returns in the database, one visitor"
    )
    kept = []
    for name, (ours, core) in pages.items():
        times = {ours: [], core: []}
        for number in range(WARM_UP + ROUNDS):
            for page in (ours, core):
                begin = time.perf_counter()
                response = session.get(url + page, allow_redirects=False)
                took = time.perf_counter() - begin
                if response.status_code != 200 or not response.text.rstrip().endswith("</html>"):
                    raise AssertionError(f"{page} answered {response.status_code}")
                if number >= WARM_UP:
                    times[page].append(took)
        for page in (ours, core):
            median = statistics.median(times[page])
            print(
                f"        {page:22} {median * 1000:7.1f} ms  {1 / statistics.mean(times[page]):6.1f} requests a second"
            )
        share = statistics.median(times[ours]) / statistics.median(times[core])
        kept.append(share <= BAR)
        print(f"{'PASS' if kept[-1] else 'FAIL'}  {name}: {share:.2f} times the time of Odoo's (at most {BAR})")
    return all(kept)


def _log_in(url, login):
    session = requests.Session()
    form = session.get(f"{url}/web/login").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)[1]
    session.post(f"{url}/web/login", data={"login": login, "password": login, "csrf_token": token})
    return session


if __name__ == "__main__":
    sys.exit(0 if main(*sys.argv[1:]) else 1)
