"""Work for later: rows written in the caller's own transaction, done by `manage.py run_worker`."""
