#!/bin/sh
# Writes constraints.txt: one pin for every library and Python version, with markers, from pyproject.toml and its dev and ocr extras.
# Pins already there are kept while they still fit. Usage: constraints.sh [--upgrade]
set -eu

sh scripts/environment.sh run
.venv/bin/python -m pip install --disable-pip-version-check --quiet uv
UV_PYTHON_DOWNLOADS=never .venv/bin/uv pip compile --quiet --universal --python-version 3.10 --extra dev --extra ocr \
    --no-annotate --no-emit-index-url --no-emit-find-links --custom-compile-command "make constraints" \
    "$@" --output-file constraints.txt pyproject.toml
