#!/bin/sh
# Installs wrk, the client of the HTTP benchmark, where that is allowed; else says how.
set -eu

say() { printf 'wrk: %s\n' "$*" >&2; }

if command -v wrk >/dev/null 2>&1; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "installing wrk with apt-get"
    export DEBIAN_FRONTEND=noninteractive
    if { apt-get update -qq && apt-get install -y -qq --no-install-recommends wrk; } >/dev/null 2>&1; then
        exit 0
    fi
    say "apt-get failed"
fi
say "no wrk: threads in Python will load the servers, and their figures are lower. Debian: apt-get install wrk"
