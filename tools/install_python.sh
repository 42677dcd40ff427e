#!/bin/sh
# Makes .venv from uv.lock with any Python from 3.11 on. Needs pip's index, and nothing else.
set -eu

say() { printf 'setup: %s\n' "$*" >&2; }

find_python() {
    for name in ${PYTHON:-} python3.11 python3 python3.12 python3.13 python3.14 python; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            echo "$name"
            return
        fi
    done
    say "Python 3.11 or newer was not found. Install it (Debian: apt-get install python3 python3-venv)"
    say "or name it: make setup PYTHON=/path/to/python3.11"
    exit 1
}

usable() {
    [ -x .venv/bin/python ] && .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

if ! usable; then
    python=$(find_python)
    say "making .venv with $("$python" --version)"
    rm -rf .venv
    if ! "$python" -m venv .venv >.venv.log 2>&1; then
        cat .venv.log >&2
        rm -rf .venv .venv.log
        say "this Python cannot make environments. Debian: apt-get install python3-venv"
        exit 1
    fi
    rm -f .venv.log
fi

if [ -x .venv/bin/uv ]; then
    uv=.venv/bin/uv
elif .venv/bin/python -m pip --version >/dev/null 2>&1; then
    say "installing uv"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check uv
    uv=.venv/bin/uv
elif command -v uv >/dev/null 2>&1; then
    uv=uv
else
    .venv/bin/python -m ensurepip --upgrade >/dev/null
    .venv/bin/python -m pip install --quiet --disable-pip-version-check uv
    uv=.venv/bin/uv
fi

# Our own environment only, with the certificates that pip was told to trust.
unset VIRTUAL_ENV
export UV_PROJECT_ENVIRONMENT=.venv UV_PYTHON_DOWNLOADS=never UV_LINK_MODE="${UV_LINK_MODE:-copy}"
export UV_PYTHON=.venv/bin/python
if [ -z "${SSL_CERT_FILE:-}" ] && [ -n "${PIP_CERT:-}" ]; then
    export SSL_CERT_FILE="$PIP_CERT"
fi

say "installing the locked packages"
if ! "$uv" sync --frozen --inexact --quiet --extra ocr; then
    # The lock names PyPI's own addresses. A machine that reaches PyPI only through an index set in
    # pip's configuration gets the same files, checked by the same hashes, through pip.
    say "uv could not fetch them; trying pip with its configured index"
    list=$(mktemp)
    trap 'rm -f "$list"' EXIT
    "$uv" export --frozen --offline --quiet --no-emit-project --extra ocr --format requirements-txt >"$list"
    .venv/bin/python -m ensurepip --upgrade >/dev/null 2>&1 || true
    .venv/bin/python -m pip install --quiet --require-hashes -r "$list"
    .venv/bin/python -m pip install --quiet --no-deps --editable .
fi
