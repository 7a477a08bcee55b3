"""manage.py expire_carts, its other name, and the worker's schedule."""

from __future__ import annotations

import logging

import pytest
from django.core.management import call_command

from carts.models import CartLine
from carts.tasks import tidy_holds
from carts.tests.factories import add, counters, goods, guest, let_holds_end
from catalog.tests.ledger import assert_books_agree
from shop.tasks.schedule import JOBS

pytestmark = pytest.mark.django_db


@pytest.fixture
def ended():
    who = guest()
    line = add(who, goods(), 3)
    let_holds_end(who)
    yield line
    assert CartLine.objects.filter(pk=line.pk, quantity=3).exists()
    assert_books_agree()


@pytest.mark.parametrize("name", ["expire_carts", "clear_expiry"])
def test_what_has_ended_is_freed_and_told(ended, capsys, name):
    call_command(name)
    assert capsys.readouterr().out == "Freed 3 units of holds that had ended.\n"
    assert counters(ended.variant) == (10, 0, 0)
    call_command(name)
    assert capsys.readouterr().out == "Freed 0 units of holds that had ended.\n"


def test_one_is_one(capsys):
    who = guest()
    add(who, goods())
    let_holds_end(who)
    call_command("expire_carts")
    assert capsys.readouterr().out == "Freed 1 unit of holds that had ended.\n"


def test_what_is_still_held_stays(capsys):
    variant = goods()
    add(guest(), variant, 2)
    call_command("expire_carts")
    assert counters(variant) == (10, 2, 0)


def test_the_worker_does_it_every_minute(ended, caplog):
    job = JOBS["carts.tasks.tidy_holds"]
    assert job.interval.total_seconds() == 60
    with caplog.at_level(logging.INFO, logger="carts.tasks"):
        job.run()
    assert counters(ended.variant) == (10, 0, 0)
    assert [record.message for record in caplog.records if record.name == "carts.tasks"] == ["holds_ended"]
    caplog.clear()
    tidy_holds()
    assert not [record for record in caplog.records if record.name == "carts.tasks"]
