# The virtual environment with locked versions, and the OCA wheels beside it. Made again when a lock file changes.

need_venv() {
    local stamp
    stamp=$(cat "$TOP/dev/requirements.txt" "$TOP/dev/oca.txt" | sha256sum)
    if [ "$(cat "$VENV/.complete" 2>/dev/null)" != "$stamp" ]; then
        say "Installing Python libraries and OCA addons from PyPI"
        rm -rf "$VENV" "$WHEELS"
        {
            python3 -m venv "$VENV" \
                && "$VENV/bin/pip" install --no-compile -r "$TOP/dev/requirements.txt" \
                && "$VENV/bin/pip" install --no-compile --no-deps --target "$WHEELS" -r "$TOP/dev/oca.txt"
        } >"$LOGS/pip.log" 2>&1 || die "pip could not install what dev/requirements.txt and dev/oca.txt name; see $LOGS/pip.log."
        # Odoo looks for this name on the PATH; this build prints headers and footers, Debian's does not.
        ln -sf wkhtmltopdf-pack "$VENV/bin/wkhtmltopdf"
        echo "$stamp" >"$VENV/.complete"
    fi
    export PATH="$VENV/bin:$PATH"
}
