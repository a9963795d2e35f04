# Lantai Link. Every target does its own set-up; a second run is quick.
# Needs Python 3.11 or 3.12 with venv and pip, and make. Nothing is written outside .venv and var.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# What has to be built is built with the locked setuptools: nothing comes in without its hash.
LOCKED := $(PIP) install --quiet --require-hashes --use-pep517 --no-build-isolation
RUNTIME := $(VENV)/runtime.stamp
TESTING := $(VENV)/testing.stamp
PARTS := var/parts/complete.stamp
PACKAGES := records trust node federation_registry certificate_service webui deploy
ARGS ?=
# Files over two processes, the long ones first; make test SPREAD= runs one after the other.
SPREAD ?= --numprocesses 2 --dist loadfile --no-loadscope-reorder

.PHONY: help setup demo up down status test lint bench faults clean
.DELETE_ON_ERROR:
.NOTPARALLEL:

help:
	@echo "make demo    嘉兴窗口到上饶出证，全程走一遍   one request from a window to a verified certificate"
	@echo "make up      启动并保持，打开网页试用         a federation that stays up; Ctrl-C or make down ends it"
	@echo "make test    全部测试                         the whole suite"
	@echo "make lint    静态检查                         ruff, mypy, import-linter, drift gates"
	@echo "make bench   性能测量 -> var/bench            benchmarks"
	@echo "make faults  故障注入 -> var/faults           fault harness"

setup: $(RUNTIME) $(PARTS)

demo: setup
	@$(BIN)/lantai demo --dir var/demo $(ARGS)

up: setup
	@$(BIN)/lantai up --dir var/up $(ARGS)

down: setup
	@$(BIN)/lantai down --dir var/up

status: setup
	@$(BIN)/lantai status --dir var/up

test: $(TESTING) $(PARTS)
	@$(BIN)/python -m deploy.system_packages
	@mkdir -p var/screens var/documents
	@$(BIN)/python -m pytest $(SPREAD) $(ARGS)

lint: $(TESTING) $(PARTS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m deploy.gates

bench: $(TESTING) $(PARTS)
	@$(BIN)/python -m tests.bench --out var/bench

faults: $(TESTING) $(PARTS)
	@$(BIN)/python -m tests.faults --out var/faults $(ARGS)

clean:
	rm -rf var $(VENV)

$(RUNTIME): requirements-build.lock requirements.lock pyproject.toml deploy/python_check.py
	@$(PYTHON) deploy/python_check.py
	@echo "安装 Python 依赖 · installing Python packages into $(VENV) (first time about a minute)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --quiet --require-hashes -r requirements-build.lock
	@$(LOCKED) -r requirements.lock
	@$(PIP) install --quiet --no-build-isolation --no-deps -e .
	@touch $@

$(TESTING): requirements-test.lock $(RUNTIME)
	@echo "安装测试依赖 · installing test packages"
	@$(LOCKED) -r requirements-test.lock
	@touch $@

$(PARTS): package.json package-lock.json requirements-node.lock deploy/parts.py deploy/tables.py deploy/shapes.py $(wildcard deploy/holdings/*.py) $(RUNTIME)
	@$(BIN)/python -m deploy.parts
	@touch $@
