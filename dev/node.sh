# Packages of npm in locked versions. Installed again when their lock file changes, which is made by
# npm install --prefix dev --package-lock-only --omit-lockfile-registry-resolved (or dev/rtlcss, dev/axe).

NODE_TOOLS=$RMA_CACHE/node

# The linters of JavaScript and SCSS.
need_node() {
    need_system node:nodejs npm:npm
    need_packages "$TOP/dev" "$NODE_TOOLS" "the linters of JavaScript"
    # eslint.config.cjs requires its plugins from there.
    export NODE_PATH=$NODE_TOOLS/node_modules
}

# What Odoo mirrors its styles with: without it pages in Persian are laid out from left to right.
need_rtlcss() {
    if [ "$(id -u)" != 0 ] && ! { command -v node && command -v npm; } >/dev/null; then
        say "Persian will be laid out from left to right: rtlcss needs nodejs and npm, which are not installed"
        return
    fi
    need_system node:nodejs npm:npm
    need_packages "$TOP/dev/rtlcss" "$RMA_CACHE/rtlcss" "rtlcss, for languages written from right to left,"
}

# What TestAccessibility examines the customer's pages with. Without it, the test says so and examines nothing.
need_axe() {
    if [ "$(id -u)" != 0 ] && ! { command -v node && command -v npm; } >/dev/null; then
        say "TestAccessibility is skipped: axe-core needs nodejs and npm, which are not installed"
        return
    fi
    need_system node:nodejs npm:npm
    need_packages "$TOP/dev/axe" "$RMA_CACHE/axe" "axe-core, for pages that everybody can use,"
    export RMA_AXE=$RMA_CACHE/axe/node_modules/axe-core/axe.min.js
}

# need_packages SOURCE TARGET WHAT: what the lock file of SOURCE names, in TARGET and on the PATH.
need_packages() {
    local stamp source=$1 target=$2
    stamp=$(sha256sum <"$source/package-lock.json")
    if [ "$(cat "$target/.complete" 2>/dev/null)" != "$stamp" ]; then
        say "Installing $3 from npm"
        rm -rf "$target"
        mkdir -p "$target"
        cp "$source/package.json" "$source/package-lock.json" "$target"
        npm ci --prefix "$target" --ignore-scripts --no-audit --no-fund >"$LOGS/npm.log" 2>&1 \
            || die "npm could not install what $source/package-lock.json names; see $LOGS/npm.log."
        echo "$stamp" >"$target/.complete"
    fi
    export PATH="$target/node_modules/.bin:$PATH"
}
