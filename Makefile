# The targets a person types; the work is done by localbench/ (python3 -m localbench).
PYTHON ?= python3
PORT ?= 8000
TEST ?= test
ARGS ?=
LOCALBENCH = @exec "$(PYTHON)" -m localbench
export FRAPPE PYTHON ARGS

.PHONY: help run setup test benchmark import bench lint clean lock
.DEFAULT_GOAL := help

help:
	@echo 'make run        set up what is missing and serve http://127.0.0.1:$(PORT)  (PORT=8000)'
	@echo 'make test       the whole test suite on a site of its own  (ARGS="tests/site -k name", TEST=othersite)'
	@echo 'make setup      set up without serving'
	@echo 'make import     bring complaints from a CSV file  (FILE=cases.csv MAP=map.json)'
	@echo 'make benchmark  measure, and print a table'
	@echo 'make bench      one of Frappe'"'"'s commands on the site of make run  (ARGS="list-apps")'
	@echo 'make lint       ruff on the Python files'
	@echo 'make clean      remove the bench folder, after asking  (YES=1: without asking)'
	@echo 'make lock       for maintainers: choose the Python packages'"'"' versions anew'
	@echo ''
	@echo 'FRAPPE=/path/to/checkout  use an official Frappe checkout (version-15, version-16), in a bench folder of its own'
	@echo 'PYTHON=/path/to/python    the Python to build the bench with'

run:
	$(LOCALBENCH) run --port "$(PORT)"

setup:
	$(LOCALBENCH) setup

test:
	$(LOCALBENCH) test --site "$(TEST)"

benchmark:
	$(LOCALBENCH) benchmark

import:
	$(LOCALBENCH) import --file "$(FILE)" --map "$(MAP)"

bench:
	$(LOCALBENCH) bench

lint:
	@.bench/env/bin/ruff check . && .bench/env/bin/ruff format --check .

clean:
	$(LOCALBENCH) clean $(if $(YES),--yes)

lock:
	$(LOCALBENCH) lock
