# Programs that must be on the machine: installed from Debian when root, asked for in one sentence otherwise.
# Usage: need_system PROGRAM:PACKAGE...

need_system() {
    local missing=() pair
    for pair in "$@"; do
        found_program "${pair%%:*}" || missing+=("${pair##*:}")
    done
    [ ${#missing[@]} = 0 ] && return
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "Installing from Debian: ${missing[*]}"
        { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } \
            >"$LOGS/apt.log" 2>&1 || die "apt-get could not install ${missing[*]}; see $LOGS/apt.log."
    else
        die "please install ${missing[*]} first (on Debian: sudo apt-get install ${missing[*]})."
    fi
}

found_program() {
    case $1 in
        postgres) pg_bin >/dev/null ;;
        venv) python3 -c 'import ensurepip, venv' 2>/dev/null ;;
        font=*) [ -e "${1#font=}" ] ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

# The folder of the newest PostgreSQL server binaries: Debian keeps them off the PATH.
pg_bin() {
    local dir
    for dir in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV); do
        [ -x "$dir/initdb" ] && { echo "$dir"; return; }
    done
    command -v initdb >/dev/null && dirname "$(command -v initdb)"
}
