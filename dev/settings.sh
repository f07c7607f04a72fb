# Names and folders that every script here uses. Sourced, never run.
# Each can be set from outside: ODOO_HOME, PGHOST (and its companions), RMA_CACHE, RMA_PORT.

set -euo pipefail

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Root's home is closed to the user that runs PostgreSQL, so root's cache lies where system caches do.
if [ "$(id -u)" = 0 ]; then
    : "${RMA_CACHE:=/var/cache/rma-odoo19}"
else
    : "${RMA_CACHE:=${XDG_CACHE_HOME:-$HOME/.cache}/rma-odoo19}"
fi

ODOO_PACKAGE=odoo-19
ODOO_SERIES=19.0
VENV=$RMA_CACHE/venv
WHEELS=$RMA_CACHE/wheels
DATA_DIR=$RMA_CACHE/data
LOGS=$RMA_CACHE/logs

# What the addons are tested against. A kit needs mrp, a payment refund payment_demo, an electronic credit note its
# format; all of them stay optional for users.
ADDONS=rma_management,rma_management_mrp,rma_management_loyalty,rma_management_helpdesk
BASE_MODULES=account_edi_ubl_cii,contacts,helpdesk_mgmt,mrp_repair,payment_demo,project,sale_loyalty,sale_management,sale_mrp,stock_delivery,stock_dropshipping,stock_sms,website

# Small addons that show how ours are extended: installed by the tests that need them, never in the demo.
EXAMPLES=rma_management/tests/addons
EXAMPLE_ADDONS=rma_donate

# Tests that know of dates: one odd hour of the year is tried on them each day.
DATED_TESTS=TestReport,TestActivity,TestLot,TestNotification,TestApproval,TestCoupon

# Whose tests Odoo's own are run with our addons and without (see test_core).
CORE_MODULES=sale,sale_stock,stock,stock_account,stock_delivery,repair,sale_loyalty,sale_mrp,account

DEMO_DB=rma_demo
BASE_DB=rma_base
READY_DB=rma_ready
RELEASED_DB=rma_released
OCA_DB=rma_oca

mkdir -p "$RMA_CACHE" "$LOGS"

say() { printf '%s\n' "$*" >&2; }
die() { printf 'Stopped: %s\n' "$*" >&2; exit 1; }

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
