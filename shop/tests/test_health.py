"""/livez and /api/health."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from shop.observability import health
from shop.tasks.models import Worker


@pytest.fixture(autouse=True)
def nothing_remembered():
    health._once_true.clear()
    yield
    health._once_true.clear()


@pytest.fixture
def no_database(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise OperationalError(2006, "Server has gone away")

    monkeypatch.setattr(connection, "cursor", refuse)


def test_livez_needs_no_database(client):
    response = client.get("/livez")
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/livez", "/api/health"])
@pytest.mark.parametrize("hosts", [["shop.example"], [".shop.example"], ["*"]])
def test_probes_may_ask_by_address_and_without_https(client, settings, address, hosts):
    settings.ALLOWED_HOSTS = hosts
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(address, headers={"Host": "10.1.2.3:8000"}).status_code == 200


@pytest.mark.django_db
class TestHealth:
    @pytest.mark.parametrize("address", ["/api/health", "/api/health/"])
    def test_says_only_that_it_is_well(self, client, settings, address):
        response = client.get(address)
        assert response.status_code == 200
        assert response.json() == {"status": "ok", "version": settings.VERSION}
        assert response["Cache-Control"] == "no-store"

    def test_customers_see_no_more(self, client_of, shopper):
        assert "checks" not in client_of(shopper).get("/api/health").json()

    def test_staff_see_what_was_looked_at(self, client_of, staff):
        checks = client_of(staff).get("/api/health").json()["checks"]
        assert list(checks) == ["database", "migrations", "cache", "worker", "index"]
        assert checks["database"] == {"ok": True, "detail": connection.vendor}
        assert checks["worker"] == {"ok": False, "detail": "0 at work, 0 tasks waiting, 0 failed"}

    def test_a_worker_that_was_heard_of_is_well(self, client_of, staff):
        now = timezone.now()
        Worker.objects.create(id="w", host="h", started_at=now, seen_at=now)
        assert client_of(staff).get("/api/health").json()["checks"]["worker"]["ok"] is True

    def test_without_a_database(self, client, settings, no_database):
        response = client.get("/api/health")
        assert response.status_code == 503
        assert response.json() == {"status": "unavailable", "version": settings.VERSION}

    def test_staff_without_a_database(self, client_of, staff, monkeypatch):
        signed_in = client_of(staff)
        monkeypatch.setattr(connection, "cursor", lambda *_: (_ for _ in ()).throw(OperationalError(2006)))
        assert signed_in.get("/api/health").status_code == 503

    def test_with_a_migration_to_apply(self, client):
        MigrationRecorder(connection).record_unapplied("tasks", "0001_initial")
        assert client.get("/api/health").status_code == 503

    def test_costs_one_query_once_it_is_known_to_be_complete(self, client, django_assert_num_queries):
        client.get("/api/health")
        with django_assert_num_queries(1):
            client.get("/api/health")
