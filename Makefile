# A newcomer needs two commands: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test slurm test-slurm lint docs bench install constraints clean

demo: $(VENV)/.local
	$(BIN)/touchline demo

install: $(VENV)/.dev

# In as many processes as there are cores; what shares a server stays in one of them.
test: $(VENV)/.dev
	$(BIN)/python -m pytest --numprocesses logical --maxprocesses 4 --dist loadgroup

# The tests of runs on a cluster start a real SLURM of one node; where it is not installed they skip.
test-slurm: slurm $(VENV)/.dev
	$(BIN)/python -m pytest tests/runs/slurm

slurm:
	@PATH=$$PATH:/usr/sbin; { command -v slurmctld && command -v munged; } >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
	       && apt-get install -y -qq --no-install-recommends slurm-wlm munge >/dev/null; } \
	  || echo "SLURM cannot be installed here: its tests will skip"

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The documentation site, in site/; its own notice about a successor is not about this site.
docs: $(VENV)/.dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

# BENCH=--write puts the tables into docs/performance.md, docs/video.md and README. Others are measured
# where LMMS_EVAL, VLMEVALKIT and DECODERS name a Python that has them, and FFMPEG the program.
bench: $(VENV)/.dev
	for script in benchmarks/bench_*.py; do $(BIN)/python $$script $(BENCH) || exit 1; done

# Records the installed versions; a CPU build of torch has the same version.
constraints: $(VENV)/.dev
	{ echo "# Every version that the tests ran with; regenerate with 'make constraints'."; \
	  $(BIN)/python -m pip freeze --exclude-editable | sed 's/+cpu//; s/ @ .*//' | sort -f; } > $@.new
	mv $@.new constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --dry-run --ignore-installed \
	  --no-deps --report $@.json -r constraints.txt
	$(BIN)/python tools/hashed_constraints.py $@.json > $@.new
	mv $@.new constraints-hashed.txt
	rm $@.json

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# One marker for each set of extras, so that a second `make` installs nothing.
$(VENV)/.local: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) --editable '.[local,audio,view,figures]'
	touch $@

# The tests of the scores compare with SoccerNet's own package. What that declares as dependencies
# (a whole deep-learning stack) is not needed for it. Those of the formats read files with kloppy,
# which declares a web client too.
$(VENV)/.dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) --editable '.[dev]'
	$(PIP) --no-deps SoccerNet kloppy lxml pytz
	touch $@ $(VENV)/.local

clean:
	rm -rf $(VENV)
