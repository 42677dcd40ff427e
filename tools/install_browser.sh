#!/bin/sh
# Installs Chromium and Chinese fonts for the browser tests, where that is allowed; else says how.
set -eu

say() { printf 'browser: %s\n' "$*" >&2; }

have_browser() { command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1; }
have_fonts() { [ -n "$(find /usr/share/fonts "$HOME/.fonts" -iname '*noto*cjk*' 2>/dev/null | head -n 1)" ]; }

if have_browser && have_fonts; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    say "installing chromium and fonts-noto-cjk with apt-get"
    export DEBIAN_FRONTEND=noninteractive
    if { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk; } >/dev/null 2>&1; then
        exit 0
    fi
    say "apt-get failed"
fi
have_browser || say "no chromium: the browser tests will be skipped. Debian: apt-get install chromium fonts-noto-cjk"
