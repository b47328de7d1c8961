# Two commands matter: « make demo » and « make test ». Both set up what they need.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= $(shell for p in python3.11 python3.12 python3; do command -v $$p >/dev/null 2>&1 && echo $$p && break; done)
UV_VERSION := 0.13.9
BIN := .venv/bin
export UV_PROJECT_ENVIRONMENT := .venv
export UV_PYTHON_DOWNLOADS := never
# Read anew at each start, two thousand modules cost over two seconds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo exercice dev test test-sqlite test-postgresql test-browser lint format bench clean setup browser

help: ## montre cette aide
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

demo: setup ## données réelles sur http://127.0.0.1:8000 (SIRENE_DIR=dossier : chiffres du registre)
	@$(BIN)/terreau demo $(if $(SIRENE_DIR),--sirene "$(SIRENE_DIR)") $(if $(VINTAGE),--vintage "$(VINTAGE)")

exercice: setup ## ouvre une instance d’exercice, inventée, à part : http://127.0.0.1:8001
	@$(BIN)/terreau exercise

dev: setup ## sert le site avec rechargement du code (données de var/)
	@TERREAU_DEBUG=1 $(BIN)/python -m terreau.project.manage migrate --no-input
	@TERREAU_DEBUG=1 $(BIN)/python -m terreau.project.manage runserver 127.0.0.1:8000

test: setup browser ## toute la suite : SQLite, PostgreSQL, navigateur
	@bash scripts/test.sh

lint: setup ## ruff, import-linter, mypy, typographie, migrations
	@bash scripts/lint.sh

format: setup ## met le code en forme
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

bench: setup ## mesure, en rapports, ce que l’on tient à garder rapide (MEASURES=large : dix millions)
	@$(BIN)/python -m bench $(MEASURES)

setup: .venv/.ready ## prépare l’environnement (une fois)

browser: ## installe Chromium (Debian) pour les essais dans un navigateur, quand c’est permis
	@bash scripts/browser.sh

clean: ## efface l’environnement (jamais les données de var/)
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

.venv/.ready: pyproject.toml uv.lock package-lock.json scripts/setup.sh scripts/npm.sh
	@PYTHON="$(PYTHON)" UV_VERSION="$(UV_VERSION)" bash scripts/setup.sh
	@touch $@
