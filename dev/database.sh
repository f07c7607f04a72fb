# Databases: BASE_DB has all that the addons are tested against, READY_DB the addons too, each rebuilt when it is out of date.
# What a database was made of is written in its comment.

database_stamp() {
    psql -d postgres -Atc "select shobj_description(oid, 'pg_database') from pg_database where datname = '$1'"
}

drop_database() {
    dropdb --if-exists --force "$1" 2>/dev/null
    rm -rf "$DATA_DIR/filestore/$1"
}

# The extensions that Odoo makes itself are missing in a database made by createdb.
create_database() {
    drop_database "$1"
    createdb --template=template0 --encoding=UTF8 "$1"
    psql -qd "$1" -c 'create extension pg_trgm' -c 'create extension unaccent' -c 'alter function unaccent(text) immutable'
}

clone_database() {
    drop_database "$2"
    createdb --template="$1" "$2"
    mkdir -p "$DATA_DIR/filestore"
    [ ! -d "$DATA_DIR/filestore/$1" ] || cp -al "$DATA_DIR/filestore/$1" "$DATA_DIR/filestore/$2"
}

# set_hour DATABASE SECONDS ZONE: the database's clock is ahead, and people live in the zone.
set_hour() {
    psql -qd "$1" <<SQL
create function public.now() returns timestamptz language sql stable as \$\$ select pg_catalog.now() + interval '$2 seconds' \$\$;
alter database "$1" set search_path = public, pg_catalog;
update res_partner set tz = '$3' where id <> (select partner_id from res_users where id = 1);
insert into ir_default (field_id, json_value) select id, '"$3"' from ir_model_fields where model = 'res.partner' and name = 'tz';
SQL
}

seal_database() {
    psql -qd postgres -c "comment on database \"$1\" is '$2'"
}

# CODE names the folder of another version of our addons.
addons_path() {
    echo "$ODOO_HOME/odoo/addons,$WHEELS/odoo/addons,${CODE:-$TOP,$TOP/$EXAMPLES}"
}

# In the background it is started by EXEC=exec: $! is then Odoo itself, and not a shell that waits for it.
odoo() {
    ${EXEC:-} env PYTHONPATH="$ODOO_HOME${HOUR:+:$TOP/dev/clock}" PYTHONPYCACHEPREFIX="$RMA_CACHE/bytecode" "$VENV/bin/python" -m odoo "$1" \
        --addons-path="$(addons_path)" --data-dir="$DATA_DIR" --http-interface=127.0.0.1 --db_host="$PGHOST" \
        --max-cron-threads=0 --log-handler=odoo.tools.convert:WARNING "${@:2}"
}

# Scripts and styles side by side: together they would take a fifth of the first start.
build_assets() {
    local kind jobs=()
    for kind in js css; do
        KIND=$kind odoo shell -d "$1" --no-http --log-level=warn <"$TOP/dev/build_assets.py" >"$LOGS/assets-$kind.log" 2>&1 &
        jobs+=($!)
    done
    for kind in "${jobs[@]}"; do
        wait "$kind" || die "the web assets could not be built; see $LOGS/assets-js.log and $LOGS/assets-css.log."
    done
}

base_stamp() {
    { echo "$BASE_MODULES"; cat "$VENV/.complete" "$ODOO_HOME/odoo/release.py"; } | sha256sum | cut -c1-64
}

# Tests change no database structure, so a change of tests alone does not ask for a new READY_DB.
ready_stamp() {
    { base_stamp; cat "$TOP/dev/build_assets.py"; cd "$TOP" && git ls-files -co --exclude-standard -- ${ADDONS//,/ } | grep -v -e /tests/ -e /readme/ -e README.rst -e /static/description/ | sort | xargs sha256sum; } | sha256sum | cut -c1-64
}

# install_modules DATABASE MODULES LOG
install_modules() {
    odoo server -d "$1" -i "$2" --with-demo --skip-auto-install --stop-after-init --no-http --log-level=warn >"$LOGS/$3.log" 2>&1 \
        || { cat "$LOGS/$3.log" >&2; die "the modules could not be installed; see above."; }
}

need_base_database() {
    local stamp; stamp=$(base_stamp)
    [ "$(database_stamp "$BASE_DB")" = "$stamp" ] && return
    say "Making the database that all others are copied from (once, about three minutes)"
    create_database "$BASE_DB"
    install_modules "$BASE_DB" "$BASE_MODULES" base
    seal_database "$BASE_DB" "$stamp"
}

# The first time all is installed in one go: BASE_DB pays only for who changes the addons.
need_ready_database() {
    local stamp; stamp=$(ready_stamp)
    case $(database_stamp "$READY_DB") in
        "$stamp") return ;;
        "")
            say "Installing Odoo and $ADDONS with demo data (once, about three minutes)"
            create_database "$READY_DB"
            install_modules "$READY_DB" "$BASE_MODULES,$ADDONS" install
            ;;
        *)
            need_base_database
            say "Installing $ADDONS with demo data"
            clone_database "$BASE_DB" "$READY_DB"
            install_modules "$READY_DB" "$ADDONS" install
            ;;
    esac
    if grep -E " (WARNING|ERROR|CRITICAL) " "$LOGS/install.log" | grep -v -f "$TOP/dev/known_warnings.txt" >&2; then
        die "installing the addons left the warnings above in Odoo's log."
    fi
    build_assets "$READY_DB"
    seal_database "$READY_DB" "$stamp"
}

# The demo keeps its data: where the addons have changed since, it is upgraded.
need_demo_database() {
    local stamp; stamp=$(ready_stamp)
    case $(database_stamp "$DEMO_DB") in
        "$stamp") return ;;
        "")
            need_ready_database
            clone_database "$READY_DB" "$DEMO_DB"
            ;;
        *)
            say "Upgrading the demo to the addons as they are now"
            odoo server -d "$DEMO_DB" -i "$ADDONS" -u "$ADDONS" --with-demo --skip-auto-install --stop-after-init --no-http --log-level=warn >"$LOGS/upgrade.log" 2>&1 \
                || { cat "$LOGS/upgrade.log" >&2; die "the demo could not be upgraded; see above, or make clean."; }
            ;;
    esac
    say "Loading the languages of the demo: Persian, French and Chinese besides English"
    odoo shell -d "$DEMO_DB" --no-http --log-level=warn <"$TOP/dev/demo_languages.py" >"$LOGS/languages.log" 2>&1 \
        || { cat "$LOGS/languages.log" >&2; die "the languages of the demo could not be loaded; see above."; }
    seal_database "$DEMO_DB" "$stamp"
}
