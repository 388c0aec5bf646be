# Every target is one line over start.py, which serves people without make just as well.
# What stands in ARGS is passed on: make test ARGS="-k disclosure"
PYTHON ?= python3
START = @$(PYTHON) start.py

.DEFAULT_GOAL := help
.PHONY: help book test lab serve lock bench diagnose
# Two set-ups of one .venv at the same time would disturb each other.
.NOTPARALLEL:

help: ; $(START) --help
book: ; $(START) book $(ARGS)
test: ; $(START) test $(ARGS)
lab: ; $(START) lab $(ARGS)
serve: ; $(START) serve $(ARGS)
lock: ; $(START) lock $(ARGS)
bench: ; $(START) bench $(ARGS)
diagnose: ; $(START) diagnose $(ARGS)
