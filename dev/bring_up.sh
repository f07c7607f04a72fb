# Everything a command needs: sourced at the top of each. Odoo and the Python libraries are fetched side by side.

. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
. "$TOP/dev/system.sh"
. "$TOP/dev/odoo.sh"
. "$TOP/dev/venv.sh"
. "$TOP/dev/postgres.sh"
. "$TOP/dev/database.sh"

bring_up() {
    # One at a time: two commands started together must not fetch the same things twice.
    exec 9>"$RMA_CACHE/bring_up.lock"
    flock 9
    need_system python3:python3 venv:python3-venv psql:postgresql-client "$@"
    [ -n "${PGHOST:-}" ] || need_system postgres:postgresql
    (need_venv) &
    local venv=$!
    need_odoo
    wait $venv || exit 1
    need_venv
    need_postgres
    trap leave EXIT
    say "Odoo $(odoo_release) from $([ -e "$RMA_CACHE/odoo/.complete" ] && [ "$ODOO_HOME" = "$RMA_CACHE/odoo/usr/lib/python3/dist-packages" ] && echo "Debian's package $(odoo_package_version)" || echo "$ODOO_HOME")"
}

# stop PID: ends a process that may have ended already, and waits for it.
stop() {
    kill "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
}

# Commands add what they started to LEAVE, to be ended in any case.
LEAVE=()
leave() {
    local command
    trap '' INT TERM
    for command in "${LEAVE[@]}"; do $command || true; done
    leave_postgres
}
