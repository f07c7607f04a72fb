# The linters of JavaScript, in locked versions. Installed again when the lock file changes, which is made by
# npm install --prefix dev --package-lock-only --omit-lockfile-registry-resolved.

NODE_TOOLS=$RMA_CACHE/node

need_node() {
    local stamp
    need_system node:nodejs npm:npm
    stamp=$(sha256sum <"$TOP/dev/package-lock.json")
    if [ "$(cat "$NODE_TOOLS/.complete" 2>/dev/null)" != "$stamp" ]; then
        say "Installing the linters of JavaScript from npm"
        rm -rf "$NODE_TOOLS"
        mkdir -p "$NODE_TOOLS"
        cp "$TOP/dev/package.json" "$TOP/dev/package-lock.json" "$NODE_TOOLS"
        npm ci --prefix "$NODE_TOOLS" --ignore-scripts --no-audit --no-fund >"$LOGS/npm.log" 2>&1 \
            || die "npm could not install what dev/package-lock.json names; see $LOGS/npm.log."
        echo "$stamp" >"$NODE_TOOLS/.complete"
    fi
    # eslint.config.cjs requires its plugins from there.
    export NODE_PATH=$NODE_TOOLS/node_modules
    export PATH="$NODE_TOOLS/node_modules/.bin:$PATH"
}
