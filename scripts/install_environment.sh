#!/bin/sh
# Make .venv with everything in a hash-checked lock file and the project itself, or see that it is there already.
# usage: install_environment.sh [dev]     dev: the tools of `make test` and `make check` too
#
# Beside what is installed lies a copy of the lock file it came from: equal copies mean nothing is to be done.
set -eu
cd "$(dirname "$0")/.."

lock=requirements.lock
[ "${1:-}" = dev ] && lock=requirements-dev.lock
venv=.venv
python="$venv/bin/python"
stamps="$venv/installed"

fail() { printf 'install: %s\n' "$*" >&2; exit 1; }
is_installed() { [ -x "$python" ] && cmp -s "$1" "$stamps/$1"; }

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed and not on the path; PYTHON=/path/to/python names one"
}

make_venv() {
    base=$(find_python)
    echo "install: making $venv with $("$base" --version)"
    if [ -n "$uv" ]; then
        "$uv" venv --quiet --clear --python "$base" "$venv"
    else
        "$base" -c 'import ensurepip, venv' 2>/dev/null ||
            fail "this Python cannot make environments: install its venv module (Debian: apt-get install python3-venv)"
        "$base" -m venv --clear "$venv"
    fi
}

install_packages() {
    if [ -n "$uv" ]; then
        "$uv" pip install --python "$python" "$@"
    else
        "$python" -m pip install --disable-pip-version-check --no-input "$@"
    fi
}

if is_installed "$lock" && is_installed pyproject.toml; then exit 0; fi

uv=$(command -v uv || true)
[ -x "$python" ] && "$python" -c '' 2>/dev/null || make_venv
if [ -z "$uv" ] && ! "$python" -c 'import pip' 2>/dev/null; then # made by uv, which has gone
    "$python" -m ensurepip >/dev/null 2>&1 || make_venv
fi

if ! is_installed "$lock"; then
    echo "install: packages of $lock (the first time takes a few minutes)"
    install_packages --require-hashes -r "$lock"
fi
install_packages --quiet --no-deps --no-build-isolation --editable .

mkdir -p "$stamps"
cp pyproject.toml "$stamps/pyproject.toml"
cp "$lock" "$stamps/$lock"
if [ "$lock" = requirements-dev.lock ]; then cp requirements.lock "$stamps/requirements.lock"; fi # it holds them too
