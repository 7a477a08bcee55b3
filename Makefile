# make run    the shop on http://127.0.0.1:8000 (PORT=9000 make run: elsewhere)
# make dev    the same with DEBUG, autoreload and the debug toolbar
# make test   the tests, on SQLite and on a private MariaDB where one is installed
# make lint   what must be clean before a commit
# make relevance  how well searches over the demo goods find what was meant
# make proof  the long tests: races, kills and random runs in full size
# make openapi  writes docs/openapi.yaml, the API's description, from the code

PYTHON ?= python3

.PHONY: run dev test lint proof openapi relevance

run:
	@$(PYTHON) scripts/run.py

dev:
	@$(PYTHON) scripts/run.py --dev

test:
	@$(PYTHON) scripts/test.py $(ARGS)

lint:
	@$(PYTHON) scripts/lint.py

proof:
	@PROOF=full TEST_DATABASE=sqlite $(PYTHON) scripts/test.py -m proof -n 0 --timeout 0 $(ARGS)
	@PROOF=full TEST_DATABASE=mariadb $(PYTHON) scripts/test.py -m proof -n 0 --timeout 0 $(ARGS)

openapi:
	@$(PYTHON) scripts/openapi.py

relevance:
	@$(PYTHON) scripts/bench.py relevance
