# Noyau: make run | test | story | bench. All it needs is Python 3.11 or newer; everything else goes into .venv.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
# A stamp for each state of the requirements: what is installed already is not installed again.
# LOCKED=1 takes every package as the locks have it: pip refuses a file whose hash is not in them.
RUN_FILES := $(if $(LOCKED),.ci/requirements.lock,requirements.txt)
TEST_FILES := $(if $(LOCKED),.ci/requirements-dev.lock,requirements.txt requirements-dev.txt)
HASHED := $(if $(LOCKED),--require-hashes)
RUN_STAMP := $(VENV)/.run-$(shell cat $(RUN_FILES) | cksum | cut -d' ' -f1)
TEST_STAMP := $(VENV)/.test-$(shell cat $(TEST_FILES) | cksum | cut -d' ' -f1)
PIP := $(PY) -m pip --disable-pip-version-check install --quiet --no-input

.DEFAULT_GOAL := help
.PHONY: help run test faults coverage mutants bench story audit licences lock clean

help:
	@echo "make run      the whole service on this machine, with phones to play with (make run FRESH=1 begins anew)"
	@echo "make test     format, lint, types, and all tests"
	@echo "make story    the story of a group, told in the terminal"
	@echo "make faults   every fault on both databases (forty minutes; FAULTS='--inputs 2000 --kills 40' is a shorter run)"
	@echo "make coverage which branches of webhook/, jobs/ and the permissions no test takes (half an hour)"
	@echo "make mutants  how many small faults put into them the tests notice (hours; NOYAU_MUTANTS=25 tries so many each)"
	@echo "make bench    the benchmarks (a few minutes)"
	@echo "make audit    known holes in what we install (asks a public database)"
	@echo "make licences the licences of what we install"
	@echo "make lock     after a change of a requirement: versions and hashes of all it needs"
	@echo "LOCKED=1      with run or test: install only what these hashes allow"

run: $(RUN_STAMP)
	@FRESH="$(FRESH)" exec $(PY) -m webhook

test: $(TEST_STAMP)
	@exec $(PY) -m tests

story: $(RUN_STAMP)
	@exec $(PY) -m tests.tell

faults: $(TEST_STAMP)
	@exec $(PY) -m tests.faults $(FAULTS)

coverage: $(TEST_STAMP)
	@$(PIP) coverage==7.16.2
	@$(PY) -m coverage erase
	@$(PY) -m coverage run -m pytest -n 2 --timeout=400 $(TESTS); status=$$?; \
	  $(PY) -m coverage combine --quiet; $(PY) -m coverage report && exit $$status

mutants: $(TEST_STAMP)
	@exec $(PY) -m tests.mutants $(MODULES)

bench: $(TEST_STAMP)
	@exec $(PY) -m tests.bench

audit: $(VENV)/.made
	@$(PY) -m tests.supply audit

licences: $(TEST_STAMP)
	@$(PY) -m tests.supply licences

lock: $(VENV)/.made
	@$(PY) -m tests.supply lock

clean:
	rm -rf $(VENV) .run test-artifacts .mypy_cache .ruff_cache .pytest_cache .coverage

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Noyau needs Python 3.11 or newer; make PYTHON=/path/to/python3.12 names another one."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "This Python can't make virtual environments (on Debian: apt install python3-venv)."; exit 1; }
	@touch $@

$(RUN_STAMP): $(VENV)/.made
	@echo "Installing what Noyau needs into $(VENV) (a minute, the first time) …"
	@$(PIP) $(HASHED) -r $(lastword $(RUN_FILES))
	@touch $@

$(TEST_STAMP): $(VENV)/.made
	@echo "Installing what the tests need into $(VENV) (two minutes, the first time) …"
	@$(PIP) $(HASHED) -r $(lastword $(TEST_FILES))
	@touch $@ $(RUN_STAMP)
