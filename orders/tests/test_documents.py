"""Invoices and credit notes: their numbers, their sums, and who gets them."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.tests.api import refused
from carts.services.gift_cards import issue_gift_card
from carts.tests.factories import default_prices, goods
from catalog.models import Product, Variant
from catalog.tests.factories import ProductFactory
from orders.documents.pdf import render_pdf
from orders.models import Document, DocumentKind, DocumentSequence, Order
from orders.services import issue_documents
from orders.services.cancel_order import cancel_order
from orders.services.credit_shares import credit_shares
from orders.services.issue_documents import NoInvoice, issue_invoice
from orders.services.order_tokens import issue_token
from orders.services.pay import PayOrder, pay_order
from orders.services.refund_order import GiveBack, refund_order
from orders.services.return_order import CameBack, ReturnOrder, return_order
from orders.services.ship_order import Parcel, ship_order
from orders.tests.factories import GOOD_CARD, OrderFactory, check_out, fill_cart, settle_refunds
from orders.tests.permissions import clerk
from shop.common import unit
from shop.common.money import ZERO, quantum
from shop.common.unit import run_in_transaction
from shop.testing.concurrency import Meeting, race

pytestmark = pytest.mark.django_db


def refund(order: Order, amount: str | None = None) -> None:
    refund_order(GiveBack(order_id=order.pk, amount=Decimal(amount) if amount else None))
    settle_refunds(order)


def notes(order: Order) -> list[tuple[str, str]]:
    found = order.documents.filter(kind=DocumentKind.CREDIT_NOTE).order_by("id")
    return [(note.number, note.content["total"]) for note in found]


def test_what_stands_on_an_invoice():
    order = OrderFactory(items=[(goods(price="20.00", name="Mug"), 2)])
    invoice = issue_invoice(order_id=order.pk)
    content = invoice.content
    assert (invoice.number, invoice.kind) == ("INV-000001", "invoice")
    assert (content["subtotal"], content["shipping"], content["total"]) == ("40.00", "4.90", "44.90")
    assert content["buyer"] == ["Ines Albrecht", "Hafenstraße 12", "20359 Hamburg", "DE"]
    assert [(line["name"], line["quantity"], line["total"]) for line in content["lines"]] == [("Mug", 2, "40.00")]
    assert content["is_paid"]


@pytest.mark.parametrize("prices_include_tax", [True, False])
def test_the_taxes_add_up_to_the_total(prices_include_tax, settings):
    settings.SHOP_PRICES_INCLUDE_TAX = prices_include_tax
    items = [(goods(price="19.99"), 3), (goods(price="0.07"), 1)]
    order = OrderFactory(items=items)
    content = issue_invoice(order_id=order.pk).content
    assert sum(Decimal(row["gross"]) for row in content["taxes"]) == order.total
    assert sum(Decimal(row["tax"]) for row in content["taxes"]) == order.tax
    refund(order, "10.01")
    note = order.documents.get(kind=DocumentKind.CREDIT_NOTE).content
    assert sum(Decimal(row["gross"]) for row in note["taxes"]) == Decimal("10.01")
    assert sum(Decimal(row["tax"]) for row in note["taxes"]) == Decimal(note["tax"])


def test_asked_again_it_is_the_same():
    order = OrderFactory()
    first, again = issue_invoice(order_id=order.pk), issue_invoice(order_id=order.pk)
    assert first == again
    assert (Document.objects.count(), DocumentSequence.objects.get().last) == (1, 1)


@pytest.mark.parametrize("status", ["pending", "cancelled"])
def test_nothing_is_sold_yet(status):
    with pytest.raises(NoInvoice):
        issue_invoice(order_id=OrderFactory(status=status).pk)
    assert DocumentSequence.objects.count() == 0


def test_each_refund_has_its_credit_note():
    order = OrderFactory()
    issue_invoice(order_id=order.pk)
    refund(order, "4.90")
    refund(order)
    assert notes(order) == [("CN-000001", "4.90"), ("CN-000002", "40.00")]
    assert order.documents.first().content["invoice_number"] == "INV-000001"


def test_without_an_invoice_there_is_nothing_to_credit_until_it_is_asked_for():
    order = OrderFactory()
    refund(order, "4.90")
    assert Document.objects.count() == 0
    issue_invoice(order_id=order.pk)
    assert notes(order) == [("CN-000001", "4.90")]


def test_an_invoice_of_an_order_that_is_cancelled_unpaid_is_taken_back():
    order = OrderFactory(payment_method="on_delivery", status="processing")
    issue_invoice(order_id=order.pk)
    cancel_order(order_id=order.pk)
    (note,) = order.documents.filter(kind=DocumentKind.CREDIT_NOTE)
    assert Decimal(note.content["total"]) == order.total
    assert note.content["is_cancellation"]
    assert issue_invoice(order_id=order.pk).number == "INV-000001"


def test_a_paid_order_that_is_cancelled_is_credited_once():
    order = OrderFactory()
    issue_invoice(order_id=order.pk)
    cancel_order(order_id=order.pk)
    assert notes(order) == []
    settle_refunds(order)
    assert notes(order) == [("CN-000001", "44.90")]


@pytest.mark.parametrize("end", [cancel_order, lambda *, order_id: refund_order(GiveBack(order_id=order_id))])
def test_of_an_order_paid_in_part_the_whole_invoice_is_taken_back(end):
    order = part_paid(payment_method="on_delivery")
    issue_invoice(order_id=order.pk)
    end(order_id=order.pk)
    settle_refunds(order)
    assert sorted(total for _number, total in notes(order)) == ["37.90", "7.00"]
    assert sum(credited(order, "tax")) == order.tax


def test_the_taxes_of_many_small_refunds_make_the_invoices():
    order = OrderFactory(items=[(goods(price="10.00"), 1), (reduced(), 1)])
    invoice = issue_invoice(order_id=order.pk).content
    for _time in range(20):
        refund(order, "0.03")
    refund(order)
    for name in ("tax", "net"):
        assert by_rate(order, name) == {row["rate"]: Decimal(row[name]) for row in invoice["taxes"]}


@pytest.mark.parametrize("to_gift_card", [False, True])
def test_what_comes_back_is_credited_at_its_own_rate(to_gift_card):
    """Though the money came by two payments, and so goes back in two refunds."""
    order = part_paid(reduced(), payment_method="test")
    pay_order(PayOrder(order_id=order.pk, token=GOOD_CARD))
    ship_order(Parcel(order_id=order.pk))
    issue_invoice(order_id=order.pk)
    book = order.lines.get(name="Book")
    lines = {book.public_id: CameBack(quantity=1)}
    return_order(ReturnOrder(order_id=order.pk, lines=lines, to_gift_card=to_gift_card))
    settle_refunds(order)
    assert [total for _number, total in notes(order)] == ["7.00", "13.00"]
    assert by_rate(order, "tax") == {"7": book.tax}


def test_what_comes_back_for_the_delivery_is_credited_at_the_deliverys_rate():
    order = OrderFactory(items=[(reduced(), 1), (goods(), 1)])
    issue_invoice(order_id=order.pk)
    refund_order(GiveBack(order_id=order.pk, amount=Decimal("4.90"), shipping=Decimal("4.90")))
    settle_refunds(order)
    assert by_rate(order, "tax") == {"19": Decimal("0.78")}


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
@given(data=st.data())
def test_shares_of_an_invoice_add_up_whatever_goes_back_when(currency, data):
    unit = quantum(currency)
    most = st.integers(0, 5000).map(lambda units: units * unit)
    left = data.draw(st.dictionaries(st.sampled_from(["0", "7", "19"]), st.tuples(most, most), min_size=1))
    sums, whole = dict.fromkeys(left, (ZERO, ZERO)), dict(left)
    while (still := sum((net + tax for net, tax in left.values()), ZERO)) > ZERO:
        amount = data.draw(st.integers(1, int(still / unit)).map(lambda units: units * unit) | st.just(still))
        about = data.draw(st.dictionaries(st.sampled_from(["0", "7", "19"]), most))
        shares = credit_shares(amount, left=left, explained=about, currency=currency)
        assert sum((net + tax for net, tax in shares.values()), ZERO) == amount
        for rate, (net, tax) in shares.items():
            assert 0 <= net <= left[rate][0]
            assert 0 <= tax <= left[rate][1]
            left[rate] = (left[rate][0] - net, left[rate][1] - tax)
            sums[rate] = (sums[rate][0] + net, sums[rate][1] + tax)
    assert sums == whole


def part_paid(*more: Variant, payment_method: str) -> Order:
    """Goods for 40.00, or 20.00 and those; 7.00 of it by a gift card."""
    default_prices()
    items = [(goods(price="20.00"), 1 if more else 2), *((variant, 1) for variant in more)]
    code = issue_gift_card(amount=Decimal("7.00")).code
    return check_out(fill_cart(items), gift_card=code, payment_method=payment_method).order


def reduced() -> Variant:
    book = goods(price="20.00", name="Book")
    Product.objects.filter(pk=book.product_id).update(tax_class="reduced")
    return book


def credited(order: Order, name: str) -> list[Decimal]:
    return [Decimal(note.content[name]) for note in order.documents.filter(kind=DocumentKind.CREDIT_NOTE)]


def by_rate(order: Order, name: str) -> dict[str, Decimal]:
    """What the credit notes of an order sum up to, by rate."""
    sums: Counter[str] = Counter()
    for note in order.documents.filter(kind=DocumentKind.CREDIT_NOTE):
        for row in note.content["taxes"]:
            sums[row["rate"]] += Decimal(row[name])
    return dict(sums)


def test_money_paid_twice_is_on_no_invoice():
    order = OrderFactory()
    issue_invoice(order_id=order.pk)
    order.payments.update(captured=order.total * 2, amount=order.total * 2)
    Order.objects.filter(pk=order.pk).update(captured=order.total * 2)
    refund(order, "44.90")
    assert notes(order) == []
    refund(order, "4.90")
    assert notes(order) == [("CN-000001", "4.90")]


def test_what_is_issued_never_changes(settings):
    order = OrderFactory()
    invoice = issue_invoice(order_id=order.pk)
    before = dict(invoice.content)
    settings.SHOP_NAME = "Another name"
    order.lines.update(name="Another thing")
    assert issue_invoice(order_id=order.pk).content == before


def test_the_sheet_is_made_whatever_stands_on_it(settings):
    settings.SHOP_INVOICE_SENDER = "Łódź & Söhne <GmbH>\nΑθήνα\nМосква"
    product = ProductFactory(stock=50, name="Кружка <b>& Čaj</b> \u202e😀", price="1.00")
    order = OrderFactory(items=[(product.variants.get(), 20)], note="x" * 400)
    Order.objects.filter(pk=order.pk).update(vat_number="DE123456789")
    for _number in range(60):
        order.lines.create(sku="X" * 60, name="Ω" * 200, quantity=1, unit_price=0, line_total=0, position=9)
    sheet = render_pdf(issue_invoice(order_id=order.pk))
    assert sheet.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", sheet)) > 3
    refund(order, "1.00")
    assert render_pdf(order.documents.get(kind=DocumentKind.CREDIT_NOTE)).startswith(b"%PDF-")


def is_sheet(answer, number: str) -> bool:
    assert answer.status_code == 200, answer.content
    assert answer["Content-Disposition"] == f'inline; filename="{number}.pdf"'
    return answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF-")


def test_the_shopper_and_nobody_else(client_of, shopper, other_shopper, anonymous):
    order = OrderFactory(user=shopper)
    address = reverse("orders:invoice", args=[order.number])
    assert address in client_of(shopper).get(order.get_absolute_url()).content.decode()
    assert is_sheet(client_of(shopper).get(address), "INV-000001")
    assert client_of(other_shopper).get(address).status_code == 404
    assert anonymous.get(address).status_code == 404
    refund(order, "4.90")
    note = reverse("orders:credit_note", args=[order.number, "CN-000001"])
    assert note in client_of(shopper).get(order.get_absolute_url()).content.decode()
    assert is_sheet(client_of(shopper).get(note), "CN-000001")
    assert client_of(other_shopper).get(note).status_code == 404
    other = OrderFactory(user=shopper)
    assert client_of(shopper).get(reverse("orders:credit_note", args=[other.number, "CN-000001"])).status_code == 404


def test_where_there_is_none_no_link_leads_to_it(client_of, shopper):
    order = OrderFactory(user=shopper, status="pending")
    address = reverse("orders:invoice", args=[order.number])
    browser = client_of(shopper)
    assert address not in browser.get(order.get_absolute_url()).content.decode()
    assert "There is an invoice once" in browser.get(address, follow=True).content.decode()


def test_staff_in_the_admin_and_by_api(client_of, staff, anonymous):
    order = OrderFactory()
    page = reverse("admin:orders_order_change", args=[order.pk])
    address = reverse("admin:orders_order_invoice", args=[order.pk])
    browser = client_of(staff)
    assert address in browser.get(page).content.decode()
    assert is_sheet(browser.get(address), "INV-000001")
    refund(order, "4.90")
    note = reverse("admin:orders_document_pdf", args=[order.documents.first().pk])
    assert note in browser.get(page).content.decode()
    assert is_sheet(browser.get(note), "CN-000001")
    assert "INV-000001" in browser.get(reverse("admin:orders_document_changelist")).content.decode()
    for accept in ("application/pdf", "application/json", "*/*"):
        by_api = browser.get(f"/api/admin/orders/{order.number}/invoice", headers={"Accept": accept})
        assert is_sheet(by_api, "INV-000001")
    pending = OrderFactory(status="pending")
    problem = browser.get(f"/api/admin/orders/{pending.number}/invoice", headers={"Accept": "application/pdf"})
    refused(problem, 409, "no_invoice")
    refused(anonymous.get(f"/api/admin/orders/{order.number}/invoice"), 401, "not_authenticated")
    other = client_of(clerk("view_product"))
    assert other.get(address).status_code == 403
    assert other.get(note).status_code == 403
    refused(other.get(f"/api/admin/orders/{order.number}/invoice"), 403, "forbidden")


def test_the_owner_by_api(client_of, shopper, other_shopper, anonymous):
    order = OrderFactory(user=shopper)
    address = f"/api/orders/{order.number}/invoice"
    assert is_sheet(client_of(shopper).get(address), "INV-000001")
    refused(client_of(other_shopper).get(address), 404, "not_found")
    refused(anonymous.get(address, headers={"Accept": "application/pdf"}), 401, "not_authenticated")
    guests = OrderFactory()
    key = run_in_transaction(lambda: issue_token(guests))
    by_key = anonymous.get(f"/api/orders/{guests.number}/invoice/", headers={"X-Order-Token": key})
    assert is_sheet(by_key, "INV-000002")


class Failed(Exception):
    pass


def issue_all_at_once(orders: list[Order], monkeypatch) -> list[int]:
    """Half of the units fail after their number was taken; the numbers of what was issued, sorted."""
    content = issue_documents.invoice_content
    failing = {order.pk for order in orders[::2]}

    def some_fail(order: Order) -> dict:
        made = content(order)
        if order.pk in failing:
            issue_documents.next_number(DocumentKind.INVOICE)
            raise Failed
        return made

    monkeypatch.setattr(issue_documents, "invoice_content", some_fail)
    outcome = race(len(orders), lambda number: issue_invoice(order_id=orders[number].pk).number)
    assert outcome.unexpected(Failed) == []
    assert len(outcome.results) == len(orders) // 2
    return sorted(int(number.partition("-")[2]) for number in Document.objects.values_list("number", flat=True))


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_however_many_ask_at_once(monkeypatch):
    orders = [OrderFactory(status="pending") for _ in range(12)]
    Order.objects.update(status="paid")
    assert issue_all_at_once(orders, monkeypatch) == [1, 2, 3, 4, 5, 6]
    assert DocumentSequence.objects.get().last == 6


@pytest.mark.django_db(transaction=True)
def test_control_numbers_that_are_taken_outside_of_the_unit_have_gaps(monkeypatch):
    """As a sequence of the database would give them."""
    *orders, last = [OrderFactory(status="pending") for _ in range(13)]
    Order.objects.update(status="paid")
    given = iter(range(1, 1000))
    monkeypatch.setattr(issue_documents, "next_number", lambda kind: f"INV-{next(given):06d}")
    assert len(issue_all_at_once(orders, monkeypatch)) == 6
    # The six that failed took a number as well, whichever they were.
    assert issue_invoice(order_id=last.pk).number == "INV-000013"


@pytest.mark.mariadb
@pytest.mark.django_db(transaction=True)
def test_control_numbers_that_are_read_without_a_lock_meet(monkeypatch):
    """Read first, written afterwards: two units take the same number, and the database refuses one of them.

    Only for not doing it again does it show: a second run would read the number of after.
    """
    monkeypatch.setattr(unit, "CROSSED_CODES", frozenset())
    orders = [OrderFactory(status="pending") for _ in range(12)]
    Order.objects.update(status="paid")
    run_in_transaction(lambda: DocumentSequence.objects.create(series=DocumentKind.INVOICE))
    everybody = Meeting(len(orders))

    def unlocked(kind: DocumentKind) -> str:
        last = DocumentSequence.objects.get(series=kind).last + 1
        everybody.arrive()
        DocumentSequence.objects.filter(series=kind).update(last=last)
        return f"INV-{last:06d}"

    monkeypatch.setattr(issue_documents, "next_number", unlocked)
    outcome = race(len(orders), lambda number: issue_invoice(order_id=orders[number].pk).number)
    assert "IntegrityError" in outcome.errors_by_type()


@pytest.mark.django_db(transaction=True)
def test_one_order_asked_for_at_once_has_one_invoice():
    order = OrderFactory()
    outcome = race(8, lambda _number: issue_invoice(order_id=order.pk).number)
    assert outcome.errors == []
    assert set(outcome.results) == {"INV-000001"}
    assert Document.objects.count() == 1
