# planner: everything a developer or a build machine needs is one of these.
#   make demo            the main job end to end on real data, then the first page on http://127.0.0.1:$(PORT)
#   make test            what a change must pass
# Variables: SCRATCH (build folder), PORT, PYTHON, VENV, ARGS (extra arguments of the program in demo / bench).

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

SCRATCH ?= .build
PORT ?= 8080
PYTHON ?= python3
VENV ?= .venv
ARGS ?=
export SCRATCH PYTHON VENV

.PHONY: help setup demo test promises fuzz lint bench screens build clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: ## install what is missing: Debian packages, Python tools, web files; says how to get Swift
	@scripts/setup

build: setup ## release build of the program
	swift build --scratch-path $(SCRATCH) -c release --product planner

demo: build ## partners -> trip -> checklist -> map page on 127.0.0.1:PORT (ARGS=--no-serve ends before the page)
	@$$(swift build --scratch-path $(SCRATCH) -c release --show-bin-path)/planner demo --port $(PORT) $(ARGS)

lint: setup ## format, rules of the house, links of the documents
	@scripts/lint

test: setup ## everything a change must pass
	@scripts/test

promises: setup ## what the service guarantees, in full, which takes long (ARGS="1 17" runs those, ARGS=--short less)
	@scripts/promises $(ARGS)

fuzz: setup ## damaged and made-up input for every reader, a minute each (ARGS="csv 1800" gives one half an hour)
	@scripts/fuzz $(ARGS)

bench: setup ## the measured figures, beside their references (ARGS=NAME runs one)
	swift build --scratch-path $(SCRATCH) -c release --product planner-bench
	@$$(swift build --scratch-path $(SCRATCH) -c release --show-bin-path)/planner-bench $(ARGS)

screens: setup ## the pictures of the pages under docs/screens (ARGS="map plan" makes those)
	@scripts/screens $(ARGS)

clean: ## remove what was built and made (not the tools)
	rm -rf $(SCRATCH) var
