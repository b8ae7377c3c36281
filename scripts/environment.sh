#!/bin/sh
# Makes .venv with what `make run` (run) or `make test` (dev) needs, once for each content of pyproject.toml and constraints.txt.
# Usage: environment.sh run|dev
set -eu

want=$1
stamp=.venv/.ready-$want-$(cat pyproject.toml constraints.txt | cksum | tr ' ' '-')
dev_stamp=$(echo "$stamp" | sed 's/ready-run/ready-dev/')
if [ -e "$stamp" ] || [ -e "$dev_stamp" ]; then
    exit 0
fi

say() { printf '%s\n' "$*" >&2; }

suits() { "$1" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] < (3, 15))' 2>/dev/null; }

find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.10}; do
        if suits "$candidate"; then
            printf '%s' "$candidate"
            return
        fi
    done
}

make_venv() {
    python=$(find_python)
    if [ -z "$python" ]; then
        asked=${PYTHON:-python3}
        found=$(command -v "$asked" >/dev/null && "$asked" --version 2>&1 || echo "not there")
        say "Bedside needs Python 3.10 to 3.14; $asked is $found."
        say "Install one, or name it: make run PYTHON=/path/to/python3.12"
        exit 1
    fi
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        say "$("$python" --version) cannot make environments: its venv module is missing."
        say "On Debian and Ubuntu: apt-get install python3-venv"
        exit 1
    fi
    say "Making .venv with $("$python" --version)."
    "$python" -m venv --clear .venv
}

say_cost() {
    say "Installing into .venv, once: about 0.5 GB to download, 1.7 GB on disk. On Linux the registry's usual PyTorch brings CUDA,"
    say "about 3 GB more; TORCH_INDEX=<PyTorch's CPU index> avoids that. Model weights (1.2 GB) follow when they are first needed."
    free=$(df -Pk . | awk 'NR == 2 {print int($4 / 1048576)}')
    if [ "$free" -lt 5 ]; then
        say "Only $free GB are free here, which may be too little."
    fi
}

install() { # pip shows its own progress on a terminal; compiling all of it ahead would take longer than the download
    say "  $1 ..."
    shift
    if [ -t 1 ]; then
        .venv/bin/python -m pip install --disable-pip-version-check --no-compile -c constraints.txt "$@"
    else
        .venv/bin/python -m pip install --disable-pip-version-check --no-compile --quiet --quiet -c constraints.txt "$@"
    fi
}

if ! { [ -x .venv/bin/python ] && suits .venv/bin/python && .venv/bin/python -m pip --version >/dev/null 2>&1; }; then
    make_venv
fi
say_cost
torch=$(sed -n 's/^\(torch==[0-9.]*\).*/\1/p' constraints.txt)
install "1 of 2: $torch" ${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} "$torch"
if [ "$want" = dev ]; then
    install "2 of 2: Bedside, its libraries and the test tools" -e '.[dev]'
else
    install "2 of 2: Bedside and its libraries" -e .
fi
say "  Preparing the libraries ..."
# Importing them compiles what is used, once, so that the first answer need not; a user's own setting against it would
# cost half a minute at every start.
env -u PYTHONDONTWRITEBYTECODE .venv/bin/python -c \
    'import gradio, langchain_openai, langgraph.checkpoint.sqlite, openecg, sentence_transformers, wfdb, xllamacpp
import bedside.api, bedside.cli.main, rich.console, typer.rich_utils' ||
    say "Not all of them could be loaded; .venv/bin/bedside doctor says what is missing."
rm -f .venv/.ready-"$want"-*
: >"$stamp"
say "The environment is ready."
