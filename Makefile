# One command for everything. `make` alone lists them; nothing but Python 3.11+ and make is needed beforehand.

UV_VERSION := 0.13.9
PYTHONS := 3.11 3.12 3.13

# A uv on the PATH is used; otherwise a pinned one is put into .tools/ and nowhere else.
LOCAL_UV := .tools/bin/uv
UV := $(shell uv --version >/dev/null 2>&1 && command -v uv || echo $(LOCAL_UV))
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
READY := .venv/.ready
RUN := $(UV) run --no-sync

# Both listen on every address, so they get a network in which there is nothing but loopback.
EMULATOR := .tools/slack-emulator/node_modules/.package-lock.json
PLAYGROUND := .tools/playground/node_modules/.package-lock.json
ALONE = unshare --net $(if $(filter 0,$(shell id -u)),,--map-current-user --keep-caps) sh -c
NOT_ALONE = No network namespace is allowed here (unshare --net), and $@ listens on every address: it is not started.
TRY_ALONE = @$(ALONE) 'ip link set lo up' 2>/dev/null || { echo "$(NOT_ALONE)"; exit 1; }

# In the order of the files: the longest stand in tests/acceptance, and what begins last is waited for.
# Two workers more than there are cores: most tests wait now and then, for a server or a browser.
WORKERS := $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 2)' 2>/dev/null || echo auto)
SPREAD := -n $(WORKERS) --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help demo test test-all check lint format types arrows lock fix bench soak slack-emulator playground slack-schema comfort

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 24

demo: $(READY) ## an invented contact centre on this machine, ready to look at
	$(RUN) adempauze demo

test: $(READY) ## all tests, on the Python of the environment
	$(RUN) pytest $(SPREAD)

test-all: $(READY) ## all tests on every supported Python that is installed here
	@for version in $(PYTHONS); do \
	  if $(UV) python find --no-python-downloads $$version >/dev/null 2>&1; then \
	    echo "Python $$version"; \
	    $(UV) run --isolated --locked --no-python-downloads --python $$version pytest $(SPREAD) || exit 1; \
	  else \
	    echo "Python $$version is not installed here: skipped"; \
	  fi; \
	done

check: lint format types arrows lock ## everything that reads the code without running it

lint: $(READY)
	$(RUN) ruff check

format: $(READY)
	$(RUN) ruff format --check

types: $(READY)
	$(RUN) mypy

arrows: $(READY)
	$(RUN) lint-imports --no-logo

lock: $(READY)
	$(UV) lock --check

fix: $(READY) ## mend and format what can be mended without thinking
	$(RUN) ruff check --fix
	$(RUN) ruff format

bench: $(READY) ## figures: sending, answering, acknowledging, invoking, auditing, closing, reading
	$(RUN) python -m tests.load.bench

soak: $(READY) ## the long runs: kills at random moments, many waves
	$(RUN) pytest tests/soak

slack-emulator: $(READY) $(EMULATOR) ## the product in a Slack that others wrote, in a browser; pictures of it
	$(TRY_ALONE)
	ADEMPAUZE_SCREENSHOTS=build/slack-emulator $(ALONE) 'ip link set lo up && exec $(RUN) pytest tests/emulator'

playground: $(READY) $(PLAYGROUND) ## the product in Microsoft's own playground for Teams, in a browser; pictures of it
	$(TRY_ALONE)
	ADEMPAUZE_SCREENSHOTS=build/playground $(ALONE) 'ip link set lo up && exec $(RUN) pytest tests/playground'

comfort: $(READY) ## how long our files and functions are
	$(RUN) python -m tests.architecture.comfort

slack-schema: $(READY) ## Slack's types as JSON schemas, made anew; needs node and npm
	$(RUN) python -m tests.slack.schema.generate

$(READY): pyproject.toml uv.lock | $(UV)
	$(UV) sync --locked
	@touch $@

$(EMULATOR): tests/emulator/package.json tests/emulator/package-lock.json
$(PLAYGROUND): tests/playground/package.json tests/playground/package-lock.json
$(EMULATOR) $(PLAYGROUND): .tools/%/node_modules/.package-lock.json:
	@mkdir -p .tools/$*
	cp $^ .tools/$*/
	npm ci --prefix .tools/$* --ignore-scripts --no-audit --no-fund
	@touch $@

$(LOCAL_UV):
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed: install one, or say which with make PYTHON=..."; exit 1; }
	$(PYTHON) -m venv .tools
	.tools/bin/python -m pip install --quiet uv==$(UV_VERSION)
