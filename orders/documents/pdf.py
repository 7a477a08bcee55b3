"""A document as PDF: drawn from what was taken down when it was issued, so it never changes."""

from __future__ import annotations

import io
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from django.http import HttpResponse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, LongTable, Paragraph, SimpleDocTemplate, Spacer, Table

from orders.documents import layout
from orders.gateways.registry import method_by_code
from orders.models import Document, DocumentKind
from shop.common.countries import country_name
from shop.common.money import format_money

WIDTH = A4[0] - 2 * layout.MARGIN
DAY = "j F Y"


def render_pdf(document: Document) -> bytes:
    """The document's sheet, in the order's language."""
    layout.load_fonts()
    content = document.content
    with override(content["language"]):
        out = io.BytesIO()
        frame = partial(
            layout.draw_frame,
            shop=content["shop"],
            sender=content["sender"].splitlines(),
            number=document.number,
            page_word=_("Page"),
        )
        sheet = SimpleDocTemplate(
            out,
            pagesize=A4,
            leftMargin=layout.MARGIN - layout.PADDING,
            rightMargin=layout.MARGIN - layout.PADDING,
            topMargin=layout.TOP,
            bottomMargin=layout.FOOT,
            title=f"{_title(document)} {document.number}",
            author=content["shop"],
            lang=content["language"],
        )
        sheet.build(_story(document), onFirstPage=frame, onLaterPages=frame)
    return out.getvalue()


def pdf_response(document: Document) -> HttpResponse:
    """The sheet to look at or keep; no cache in between stores it."""
    response = HttpResponse(render_pdf(document), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{document.number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def _story(document: Document) -> list[Flowable]:
    content = document.content
    is_invoice = document.kind == DocumentKind.INVOICE
    head = [_head(document), Spacer(1, 12 * mm), _text(f"{_title(document)} {document.number}", layout.TITLE)]
    body = [_lines(content)] if is_invoice else [_credited(content)]
    end = KeepTogether([_sums(content, is_invoice=is_invoice), Spacer(1, 6 * mm), _taxes(content)])
    return [*head, Spacer(1, 5 * mm), *body, Spacer(1, 4 * mm), end, Spacer(1, 8 * mm), *_payment(document)]


def _title(document: Document) -> str:
    return _("Invoice") if document.kind == DocumentKind.INVOICE else _("Credit note")


def _head(document: Document) -> Table:
    """To whom on the left, which and when on the right."""
    content = document.content
    buyer = content["buyer"]
    lines = [*buyer[:-1], country_name(buyer[-1])] if buyer else [content["email"]]
    if content["vat_number"]:
        lines.append(_("VAT number %(number)s") % {"number": content["vat_number"]})
        if not content["prices_include_tax"] and not Decimal(content["tax"]):
            lines.append(_("Reverse charge: the recipient accounts for the tax."))
    facts = [
        (_("Number"), document.number),
        (_("Date"), date_format(localtime(document.issued_at), DAY)),
        (_("Order"), content["order_number"]),
        (_("Ordered on"), date_format(localtime(datetime.fromisoformat(content["ordered_on"])), DAY)),
    ]
    if document.kind == DocumentKind.CREDIT_NOTE:
        facts.append((_("To invoice"), content["invoice_number"]))
    rows = [[_text(label, layout.SMALL), _text(value, layout.RIGHT)] for label, value in facts]
    right = Table(rows, colWidths=[26 * mm, 44 * mm], style=[*_tight(), ("VALIGN", (0, 0), (-1, -1), "BOTTOM")])
    left = Paragraph("<br/>".join(escape(line) for line in lines), layout.BODY)
    return Table([[left, right]], colWidths=[WIDTH - 70 * mm, 70 * mm], style=_tight())


def _lines(content: dict[str, Any]) -> LongTable:
    """What was sold. A discount has its column only where there is one."""
    discounted = any(Decimal(line["discount"]) for line in content["lines"])
    titles = [_("Article"), _("Quantity"), _("Price"), *([_("Discount")] if discounted else []), _("Tax"), _("Amount")]
    head = [_text(title, layout.SMALL if not place else layout.SMALL_RIGHT) for place, title in enumerate(titles)]
    rows = [_line(content, line, discounted=discounted) for line in content["lines"]]
    widths = [18 * mm, 24 * mm, *([22 * mm] if discounted else []), 16 * mm, 26 * mm]
    return LongTable([head, *rows], colWidths=[WIDTH - sum(widths), *widths], repeatRows=1, style=_ruled(len(rows) + 1))


def _line(content: dict[str, Any], line: dict[str, Any], *, discounted: bool) -> list[Paragraph]:
    about = ", ".join(part for part in (line["options"], line["sku"]) if part)
    name = f'{escape(line["name"])}<br/><font size="7.5" color="#585e59">{escape(about)}</font>'
    less = [_amount(content, line["discount"], minus=True)] if discounted else []
    cells = [
        str(line["quantity"]),
        _amount(content, line["unit_price"]),
        *less,
        f"{line['tax_rate']} %",
        _amount(content, line["total"]),
    ]
    return [Paragraph(name, layout.BODY), *(_text(cell, layout.RIGHT) for cell in cells)]


def _credited(content: dict[str, Any]) -> Table:
    words = {"invoice": content["invoice_number"], "order": content["order_number"]}
    what = (
        _("Order %(order)s was cancelled: invoice %(invoice)s is taken back")
        if content["is_cancellation"]
        else _("Money back for order %(order)s, of invoice %(invoice)s")
    )
    head = [_text(_("What"), layout.SMALL), _text(_("Amount"), layout.SMALL_RIGHT)]
    row = [_text(what % words, layout.BODY), _text(_amount(content, content["total"]), layout.RIGHT)]
    return Table([head, row], colWidths=[WIDTH - 30 * mm, 30 * mm], style=_ruled(2))


def _sums(content: dict[str, Any], *, is_invoice: bool) -> Table:
    """How the total comes about."""
    rows: list[tuple[str, str]] = []
    if is_invoice:
        rows.append((_("Goods"), _amount(content, content["subtotal"])))
        if Decimal(content["discount"]):
            rows.append((_("Discount"), _amount(content, content["discount"], minus=True)))
        free = not Decimal(content["shipping"])
        delivery = ", ".join(part for part in (_("Delivery"), content["shipping_name"]) if part)
        rows.append((delivery, _("Free") if free else _amount(content, content["shipping"])))
        if not content["prices_include_tax"]:
            rows.append((_("Tax"), _amount(content, content["tax"])))
    total = _("Total") if is_invoice else _("Credited")
    cells = [[_text(label, layout.RIGHT), _text(amount, layout.RIGHT)] for label, amount in rows]
    last = [_text(total, layout.BOLD_RIGHT), _text(_amount(content, content["total"]), layout.BOLD_RIGHT)]
    style = [*_tight(), ("LINEABOVE", (1, -1), (-1, -1), 0.8, layout.INK), ("TOPPADDING", (0, -1), (-1, -1), 5)]
    return Table([*cells, last], colWidths=[WIDTH - 32 * mm, 32 * mm], style=style)


def _taxes(content: dict[str, Any]) -> Table:
    """Each rate with what it is on."""
    titles = [_("Tax rate"), _("Net"), _("Tax"), _("Gross")]
    head = [_text(title, layout.SMALL_RIGHT) for title in titles]
    rows = [
        [
            _text(f"{row['rate']} %", layout.SMALL_RIGHT),
            *(_text(_amount(content, row[name]), layout.SMALL_RIGHT) for name in ("net", "tax", "gross")),
        ]
        for row in content["taxes"]
    ]
    widths = [20 * mm, 26 * mm, 24 * mm, 26 * mm]
    return Table([head, *rows], colWidths=widths, hAlign="RIGHT", style=_ruled(len(rows) + 1))


def _payment(document: Document) -> list[Flowable]:
    content = document.content
    if document.kind == DocumentKind.CREDIT_NOTE:
        said = "" if content["is_cancellation"] else _("The money goes back the way it came.")
    elif content["is_paid"]:
        said = _("Paid. Thank you for your order.")
    else:
        method = method_by_code(content["payment_method"])
        said = _("To be paid: %(method)s.") % {"method": str(method.name) if method else content["payment_method"]}
    paragraphs: list[Flowable] = [_text(said, layout.BODY)] if said else []
    if _awaits_transfer(document):
        lines = [
            *content["bank_details"].splitlines(),
            _("Reference: %(number)s") % {"number": content["order_number"]},
        ]
        paragraphs.append(Paragraph("<br/>".join(escape(line) for line in lines), layout.BODY))
    return paragraphs


def _awaits_transfer(document: Document) -> bool:
    content = document.content
    awaited = document.kind == DocumentKind.INVOICE and not content["is_paid"]
    return awaited and content["payment_method"] == "transfer" and bool(content["bank_details"])


def _amount(content: dict[str, Any], amount: str, *, minus: bool = False) -> str:
    text = format_money(Decimal(amount), content["currency"])
    return f"−{text}" if minus and Decimal(amount) else text


def _text(text: str, style: Any) -> Paragraph:
    return Paragraph(escape(text), style)


def _tight() -> list[Any]:
    sides = ("LEFTPADDING", "RIGHTPADDING")
    return [
        *((side, (0, 0), (-1, -1), 0) for side in sides),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]


def _ruled(rows: int) -> list[Any]:
    """An ink rule under the head, hairlines between rows."""
    return [
        *_tight(),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, layout.INK),
        *([("LINEBELOW", (0, 1), (-1, -1), 0.4, layout.LINE)] if rows > 1 else []),
        ("TOPPADDING", (0, 1), (-1, -1), 4),
        ("BOTTOMPADDING", (0, 1), (-1, -1), 4),
    ]
