# Everything runs in .venv, made at the first call; see README.md.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STYLE ?= atelier-colour
JOBS ?= 3
# names as they were given, whatever signs they hold: neither make nor the shell reads anything into them
override FILM := $(value FILM)
override OUT := $(value OUT)
override STYLE := $(value STYLE)
override FILMS := $(value FILMS)
override WATCH := $(value WATCH)
export FILM OUT STYLE FILMS WATCH
# most neural styles need torch, which is large: it is installed only when one is asked for
NEURAL := $(filter-out ink-% atelier-% arbitrary:%,$(STYLE))
STAMP := $(VENV)/.installed
TORCH_STAMP := $(VENV)/.torch
DEV_STAMP := $(VENV)/.dev
# which release of everything is installed, with digests; torch is left out: pip takes the newest for the machine
LOCK := requirements.lock
DEV_LOCK := requirements-dev.lock
# the best face detector, while there is a network: without one a line is told, and another detector serves
FACES = $(BIN)/python -c 'from film.pictures.faces import fetch_detector; fetch_detector(print)' || true
COMPILE = UV_CUSTOM_COMPILE_COMMAND='make lock' $< pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url

.PHONY: comic demo test test-faults lint bench dashboard worker gpu-worker install lock clean

comic: $(if $(NEURAL),$(TORCH_STAMP),$(STAMP))
	@test -n "$$FILM" || { echo 'say which film: make comic FILM=film.mkv' >&2; exit 2; }
	@$(BIN)/filmcomic make $${OUT:+-o "$$OUT"} --style "$$STYLE" $(ARGS) -- "$$FILM"

demo: $(STAMP)
	@$(BIN)/filmcomic demo $${OUT:+-o "$$OUT"} --style "$$STYLE"

install: $(STAMP)

# JOBS=0 TESTS="... --pdb": in this process
test: $(DEV_STAMP)
	@$(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder $(TESTS)

# what kills processes and takes minutes
test-faults: $(DEV_STAMP)
	@$(BIN)/python -m pytest -m faults $(TESTS)

lint: $(DEV_STAMP)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

bench: $(DEV_STAMP)
	@$(BIN)/python -m benchmarks

dashboard: $(STAMP)
	@exec $(BIN)/python -m tasks.serving.fleet dashboard $(if $(PORT),--port $(PORT))

worker: $(STAMP)
	@exec $(BIN)/python -m tasks.serving.fleet worker --pool cpu $${FILMS:+--films "$$FILMS"} $${WATCH:+--watch "$$WATCH"}

gpu-worker: $(TORCH_STAMP)
	@exec $(BIN)/python -m tasks.serving.fleet worker --pool gpu --limit 1

# take what pyproject.toml asks for into the locks; releases that still suit are kept, ARGS=--upgrade takes the newest
lock: $(VENV)/lock/bin/uv
	@$(COMPILE) pyproject.toml -o $(LOCK) $(ARGS)
	@$(COMPILE) pyproject.toml --extra dev -c $(LOCK) -o $(DEV_LOCK) $(ARGS)

clean:
	rm -rf $(VENV)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Python 3.11 or newer is needed: make PYTHON=python3.11 ...' >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

# what the lock lacks, pip finds by pyproject.toml
$(STAMP): pyproject.toml $(LOCK) | $(BIN)/python
	$(BIN)/python -m pip install --quiet -r $(LOCK)
	$(BIN)/python -m pip install --quiet -e .
	@$(FACES)
	@touch $@

$(TORCH_STAMP): pyproject.toml $(LOCK) | $(BIN)/python
	$(BIN)/python -m pip install --quiet -r $(LOCK)
	$(BIN)/python -m pip install --quiet -e '.[torch]'
	@$(FACES)
	@touch $@ $(STAMP)

$(DEV_STAMP): pyproject.toml $(DEV_LOCK) | $(BIN)/python
	$(BIN)/python -m pip install --quiet -r $(DEV_LOCK)
	$(BIN)/python -m pip install --quiet -e '.[torch,dev]'
	@$(FACES)
	@touch $@ $(STAMP) $(TORCH_STAMP)

$(VENV)/lock/bin/uv: | $(BIN)/python
	$(BIN)/python -m venv $(VENV)/lock
	$(VENV)/lock/bin/python -m pip install --quiet uv
