# PostgreSQL: the server that PGHOST names, or a private cluster on a Unix socket in the cache.

need_postgres() {
    if [ -n "${PGHOST:-}" ]; then
        psql -d postgres -Atc "select 1" >/dev/null \
            || die "the PostgreSQL server at PGHOST=$PGHOST does not answer; set PGPORT, PGUSER and PGPASSWORD too, or unset PGHOST."
        return
    fi
    PGBIN=$(pg_bin)
    PGDATA=$RMA_CACHE/postgres
    export PGHOST=$RMA_CACHE/socket PGPORT=5432 PGUSER=odoo
    exec 8>"$RMA_CACHE/postgres.lock" 7>"$RMA_CACHE/postgres.users"
    flock 8
    [ -e "$PGDATA/PG_VERSION" ] || make_cluster
    as_postgres "$PGBIN/pg_ctl" -D "$PGDATA" status >/dev/null \
        || as_postgres "$PGBIN/pg_ctl" -D "$PGDATA" -w -l "$PGDATA/server.log" start >/dev/null 7>&- 8>&- 9>&- \
        || die "PostgreSQL did not start; see $PGDATA/server.log."
    flock --shared 7
    flock -u 8
}

# The last command that uses the private server stops it.
leave_postgres() {
    [ -n "${PGDATA:-}" ] || return 0
    flock 8
    flock -u 7
    if flock --exclusive --nonblock 7; then
        as_postgres "$PGBIN/pg_ctl" -D "$PGDATA" -m fast -w stop >/dev/null || true
    fi
    flock -u 8
}

make_cluster() {
    mkdir -p "$PGDATA" "$PGHOST"
    chmod 700 "$PGDATA"
    [ "$(id -u)" != 0 ] || chown postgres: "$PGDATA" "$PGHOST"
    as_postgres "$PGBIN/initdb" -D "$PGDATA" -U odoo --auth=trust --encoding=UTF8 --locale=C.UTF-8 >"$LOGS/initdb.log" 2>&1 \
        || die "PostgreSQL could not make its cluster in $PGDATA; see $LOGS/initdb.log."
    cat >>"$PGDATA/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$PGHOST'
shared_buffers = 512MB
work_mem = 16MB
max_connections = 100
synchronous_commit = off
jit = off
CONF
}

# The server refuses to run as root.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then
        (cd / && setpriv --reuid=postgres --regid=postgres --init-groups "$@")
    else
        "$@"
    fi
}
