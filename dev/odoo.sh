# Finds Odoo, or fetches Debian's package of it into the cache, and leaves its folder in ODOO_HOME.

LINKED_PACKAGES=(libjs-jquery libjs-jquery-form libjs-underscore fonts-font-awesome fonts-inconsolata fonts-ocr-b fonts-roboto-unhinted)

need_odoo() {
    if [ -n "${ODOO_HOME:-}" ]; then
        [ -d "$ODOO_HOME/odoo/addons/base" ] \
            || die "ODOO_HOME=$ODOO_HOME holds no Odoo source (odoo/addons/base is missing); point it to a checkout of Odoo $ODOO_SERIES."
    else
        ODOO_HOME=$RMA_CACHE/odoo/usr/lib/python3/dist-packages
        [ -e "$RMA_CACHE/odoo/.complete" ] || fetch_odoo
    fi
    export ODOO_HOME
    odoo_release | grep -qx "$ODOO_SERIES" \
        || die "the Odoo in $ODOO_HOME is $(odoo_release), these addons are made for $ODOO_SERIES."
}

odoo_release() {
    sed -n "s/^version_info *= *(\([0-9]*\), *\([0-9]*\),.*/\1.\2/p" "$ODOO_HOME/odoo/release.py"
}

fetch_odoo() {
    local mirror apt=$RMA_CACHE/apt
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null \
        || die "this machine has no apt-get to fetch Odoo with; set ODOO_HOME to a checkout of Odoo $ODOO_SERIES."
    mirror=$(apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(LABEL)' 'Created-By: Packages' \
        | awk '$2 == "Debian" && $3 == "Debian" { print $1; exit }')
    [ -n "$mirror" ] || die "apt knows no Debian mirror to fetch Odoo from (try apt-get update); or set ODOO_HOME."
    say "Fetching Odoo $ODOO_SERIES from Debian's package $ODOO_PACKAGE"
    rm -rf "$RMA_CACHE/odoo" "$apt"
    (fetch_debs "$mirror" "$(. /etc/os-release; echo "${VERSION_CODENAME:-stable}")" "${LINKED_PACKAGES[@]}") &
    local deb linked=$!
    fetch_debs "$mirror" unstable "$ODOO_PACKAGE" fonts-montserrat
    wait $linked || exit 1
    for deb in "$apt"/debs/*.deb; do dpkg-deb -x "$deb" "$RMA_CACHE/odoo"; done
    # The package leaves this file out, and a web page that misses it fails every browser test.
    local selfie=$RMA_CACHE/odoo/usr/lib/python3/dist-packages/odoo/addons/mail/static/lib/selfie_segmentation
    mkdir -p "$selfie" && touch "$selfie/selfie_segmentation.js"
    dpkg-deb -f "$apt"/debs/${ODOO_PACKAGE}_*.deb >"$RMA_CACHE/odoo/.control"
    rm -rf "$apt"
    touch "$RMA_CACHE/odoo/.complete"
    compile_odoo 9>&- &
}

# Installing takes one processor: the other one compiles ahead of it what it will load.
compile_odoo() {
    local core=$RMA_CACHE/odoo/usr/lib/python3/dist-packages/odoo
    PYTHONPYCACHEPREFIX=$RMA_CACHE/bytecode nice python3 -m compileall -q -x '/(l10n_|test_|hw_|pos_|tests/)' \
        "$core/orm" "$core/tools" "$core/addons/"{base,web,mail,account,stock,sale} "$core" >"$LOGS/compile.log" 2>&1 || true
}

# fetch_debs MIRROR SUITE PACKAGE...: by an apt of our own, that neither needs root nor touches the machine's.
# apt checks each index's signature and each file's checksum.
fetch_debs() {
    local mirror=$1 suite=$2 dir=$RMA_CACHE/apt; shift 2
    mkdir -p "$dir/$suite/lists/partial" "$dir/$suite/cache/archives/partial" "$dir/debs"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$dir/$suite/sources.list"
    local options=(-o Dir::Etc::SourceList="$dir/$suite/sources.list" -o Dir::Etc::SourceParts=/dev/null
        -o Dir::State::Lists="$dir/$suite/lists" -o Dir::Cache="$dir/$suite/cache" -o APT::Sandbox::User=root
        -o Acquire::Languages=none -o Debug::NoLocking=1)
    {
        apt-get "${options[@]}" update && (cd "$dir/debs" && apt-get "${options[@]}" download "$@")
    } >"$LOGS/apt-$suite.log" 2>&1 \
        || die "could not fetch $* from Debian $suite (see $LOGS/apt-$suite.log); set ODOO_HOME to a checkout of Odoo $ODOO_SERIES instead."
}

odoo_package_version() {
    sed -n "s/^Version: //p" "$RMA_CACHE/odoo/.control" 2>/dev/null
}
