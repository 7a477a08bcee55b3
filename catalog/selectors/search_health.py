"""What health says of the search index."""

from __future__ import annotations

from django.db import DatabaseError, InterfaceError

from catalog.search.folder import home
from catalog.search.reader import IndexUnavailable, snapshot
from catalog.search.version import read_version
from shop.observability.health import Check

WITHOUT = "the database answers searches, without forgiving spelling"


def check_index() -> Check:
    """The index can be read, is this catalogue's, and follows its changes."""
    try:
        found = snapshot()
        lineage, version = read_version()
    except IndexUnavailable as error:
        return Check(ok=False, detail=f"{error}: {WITHOUT}")
    except (DatabaseError, InterfaceError):
        return Check(ok=False, detail="the database does not answer")
    if found.state.lineage != lineage or found.state.version > version:
        return Check(ok=False, detail=f"it is another catalogue's: {WITHOUT}")
    if not home().is_attended():
        return Check(ok=found.state.version == version, detail="no indexer is at work: run manage.py run_worker")
    return Check(ok=True, detail=f"{found.searcher.num_docs} products, {version - found.state.version} changes behind")
