"""Sends one contender through all sizes, checks what it left behind, and writes down what it took."""

import importlib
import json
import os
import platform
import sys

from clock import Clock
from odoo import release
from pages import measure_pages
from shop import get_orders


def main(env, contender, path, *sizes):
    """Measure.

    :param contender: name of a module in `contenders`
    :param path: file that the figures are written to
    :param sizes: numbers of returns, as strings
    """
    module = importlib.import_module(f"contenders.{contender}")
    contender = module.Contender(env)
    env.cr.commit()
    result = {"label": contender.label, "sizes": {}, "pages": {}, "environment": _describe(env)}
    for reference in ["warm-up", *sizes]:
        if contender.most and reference != "warm-up" and int(reference) > contender.most:
            continue
        clock = Clock(env)
        orders = get_orders(env, reference)
        contender.run(clock, orders)
        env.invalidate_all()
        contender.check(get_orders(env, reference))
        if reference == "warm-up":
            continue
        result["sizes"][reference] = clock.phases
        took = sum(phase["seconds"] for phase in clock.phases.values())
        print(f"  {contender.label}, {reference} returns: {took:.1f} s", file=sys.stderr)
    if contender.model:
        result["pages"] = measure_pages(env, contender.model, contender.user)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(result, file)


def _describe(env):
    version = env.cr.connection.server_version
    return (
        f"Odoo {release.version}, Python {platform.python_version()}, PostgreSQL {version // 10000}.{version % 10000}, "
        f"{os.cpu_count()} cores {platform.machine()}"
    )
