# Each of these does its own set-up.
#   make mnist    train the tutorials' network on MNIST      (ARGS="--epochs 1 --save model.safetensors")
#   make test     lint, the Swift suite, the Python suite
#   make bits     train in many ways and show that all end in the same weights
#   make lint     formatters, linters, type checks
#   make benchmark  every figure beside the rivals'  (ARGS="models --only cifar10")
#   make fuzz     random calls and damaged files  (ARGS="--calls 100000 --files 20000")
#   make generate  write Python's classes and docs/settings.md from the settings that the engine declares
#   make wheel    a wheel in dist/ that runs without Swift
#   make kernel-links  link the kernels into the modules for newer processors, after a file came or went
#   make clean    remove what these made

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
JOBS   ?= $(shell nproc)

export SWIFTCNN_BUILD_JOBS ?= $(JOBS)

sources := $(shell find Sources python -name '*.swift' -o -name '*.[ch]') Package.swift exports.map setup.py pyproject.toml

.PHONY: mnist test lint swift-test python-test wheel benchmark fuzz generate kernel-links clean

mnist: $(VENV)/installed-mnist
	$(BIN)/python -m swiftcnn.mnist $(ARGS)

test: lint swift-test python-test

swift-test:
	SWIFTCNN_BENCHMARK=1 swift test --jobs $(JOBS)

python-test: $(VENV)/installed-dev
	$(BIN)/python -m pytest $(ARGS)

bits: $(VENV)/installed-dev
	swift build --jobs $(JOBS) --product swiftcnn-mnist
	$(BIN)/python tools/same_bits.py --swift "$$(swift build --show-bin-path)/swiftcnn-mnist"

lint: $(VENV)/installed-dev
	swift format lint --strict --recursive Package.swift Sources Tests
	$(BIN)/ruff check python tools benchmarks fuzz setup.py
	$(BIN)/ruff format --check python tools benchmarks fuzz setup.py
	$(BIN)/mypy
	$(BIN)/python -m mypy.stubtest swiftcnn._native --ignore-missing-stub
	$(BIN)/python tools/check_isa.py .build-python/release
	$(BIN)/python tools/check_traps.py
	$(BIN)/python tools/check_docs.py
	$(BIN)/python tools/generate_python.py --check
	$(BIN)/python tools/check_swift_imports.py
	$(BIN)/python tools/kernel_links.py --check
	$(BIN)/python tools/check_python_imports.py

benchmark: $(VENV)/installed-benchmark
	$(BIN)/python -m benchmarks $(ARGS)

fuzz: $(VENV)/installed-dev
	$(BIN)/python -m fuzz $(ARGS)

generate: $(VENV)/installed-dev
	$(BIN)/python tools/generate_python.py

wheel: $(VENV)/bin/python
	$(BIN)/python -m pip wheel --no-deps --wheel-dir dist .

kernel-links:
	$(PYTHON) tools/kernel_links.py

clean:
	rm -rf .build .build-python build dist $(VENV) python/swiftcnn.egg-info python/swiftcnn/*.so

$(VENV)/installed-%: $(VENV)/bin/python $(sources)
	$(BIN)/python -m pip install --quiet --editable '.[$*]'
	touch $@

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
