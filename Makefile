# What a developer runs; CI and hooks call the same targets.
PYTHON := .venv/bin/python

.PHONY: setup check test demo requirements

setup: ## prepare .venv and Tesseract
	./saapuva version

check: setup ## format, lint, types, import contracts
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	$(PYTHON) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

test: ## every test
	./saapuva test

demo: ## the sample inbox
	./saapuva demo

requirements: ## renew the hashed export after a change of dependencies (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes --no-emit-index-url \
	    --custom-compile-command "make requirements" --output-file requirements.txt pyproject.toml
