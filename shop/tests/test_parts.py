"""Tags and parts that pages are made of."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory

from catalog.models import ProductImage
from shop.common.html import clean_html, plain_text, readable_html
from shop.templatetags.shop_pictures import PLACEHOLDER
from shop.templatetags.shop_tags import page_numbers, percent_off, stars


def render(text: str, path: str = "/", **context) -> str:
    return Template(text).render(Context({"request": RequestFactory().get(path), **context}))


class SampleForm(forms.Form):
    email = forms.EmailField(label="E-mail", help_text="For the receipt.")
    note = forms.CharField(required=False, widget=forms.Textarea)
    agree = forms.BooleanField(label="I agree", help_text="To all of it.")
    size = forms.ChoiceField(choices=[("s", "Small"), ("l", "Large")], widget=forms.RadioSelect)


def field(name: str, data: dict[str, str] | None = None, extra: str = "") -> str:
    form = SampleForm(data)
    return render(f'{{% include "components/field.html" with field=form.{name} {extra} %}}', form=form)


def test_a_field_has_label_hint_and_input():
    html = field("email", extra='autocomplete="email" css="half"')
    assert '<label for="id_email">E-mail</label>' in html
    assert '<p class="hint" id="id_email_helptext">For the receipt.</p>' in html
    assert 'class="input"' in html
    assert 'autocomplete="email"' in html
    assert 'aria-describedby="id_email_helptext"' in html
    assert 'class="field half"' in html
    assert "(optional)" not in html
    assert "(optional)" in field("note")


def test_an_error_is_tied_to_its_field_and_what_was_typed_stays():
    html = field("email", {"email": "no-at-sign<b>"})
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_email_helptext id_email_error"' in html
    assert 'id="id_email_error"' in html
    assert "Enter a valid email address." in html
    assert 'value="no-at-sign&lt;b&gt;"' in html


def test_checkboxes_and_radio_buttons():
    assert '<label class="check" for="id_agree"><input type="checkbox"' in field("agree").replace("\n", "")
    assert '<p class="hint" id="id_agree_helptext">To all of it.</p>' in field("agree")
    html = field("size", {"size": "l"})
    assert "<fieldset" in html
    assert "<legend" in html
    assert html.count('type="radio"') == 2
    assert 'value="l" id="id_size_1" checked' in html.replace("required ", "")


def test_the_summary_links_to_the_fields():
    form = SampleForm({"email": "x", "agree": "on"})
    form.add_error(None, "Not at all")
    html = render('{% include "components/errors.html" with form=form %}', form=form)
    assert "3 things need another look" in html
    assert '<a href="#id_email">Enter a valid email address.</a>' in html
    assert '<a href="#id_size_0">' in html
    assert "<li>Not at all</li>" in html
    assert 'tabindex="-1"' in html
    assert "autofocus" in html
    assert render('{% include "components/errors.html" with form=form %}', form=SampleForm()).strip() == ""


@pytest.mark.parametrize(
    ("number", "pages", "expected"),
    [
        (1, 1, [1]),
        (1, 2, [1, 2]),
        (1, 6, [1, 2, 3, None, 6]),
        (3, 6, [1, 2, 3, 4, None, 6]),
        (4, 9, [1, None, 3, 4, 5, None, 9]),
        (9, 9, [1, None, 7, 8, 9]),
    ],
)
def test_page_numbers(number, pages, expected):
    assert page_numbers(number, pages) == expected


def test_pages_keep_the_rest_of_the_address():
    html = render('{% include "components/pages.html" with number=2 pages=3 %}', "/products/?tag=a&tag=b&page=2")
    assert 'href="/products/?tag=a&amp;tag=b" rel="prev"' in html
    assert 'href="/products/?tag=a&amp;tag=b&amp;page=3" rel="next"' in html
    assert render('{% include "components/pages.html" with number=1 pages=1 %}').strip() == ""


def test_addresses_with_changes():
    assert render("{% load shop_tags %}{% url_with a=2 b=None %}", "/x/?a=1&b=2") == "/x/?a=2"
    assert render("{% load shop_tags %}{% url_with a=None %}", "/x/?a=1") == "/x/"
    assert render('{% load shop_tags %}{% url_with path="/y/" %}', "/x/?a=1") == "/y/?a=1"


def test_money_in_pages():
    assert render("{% load shop_tags %}{{ a|money }} {% money a %} {{ a|plain_money }}", a=Decimal("49.9")) == (
        "€49.90 €49.90 49.90"
    )
    assert render("{% load shop_tags %}{{ a|money }}", a=None) == ""


def test_prices():
    price = '{% include "components/price.html" with price=a before=b starts=s %}'
    assert render(price, a=Decimal(20), b=None, s=False).strip() == "€20.00"
    assert "<del>" not in render(price, a=Decimal(20), b=Decimal(20), s=False)
    html = render(price, a=Decimal(20), b=Decimal(25), s=True)
    assert html.strip().startswith("from ")
    assert "<ins>€20.00</ins>" in html
    assert "€25.00</del>" in html


def test_a_cut_is_never_called_larger_than_it_is():
    assert percent_off(SimpleNamespace(price=Decimal("20.01"), compare_at_price=Decimal("30.00"))) == 33
    assert percent_off(SimpleNamespace(price=Decimal("29.99"), compare_at_price=Decimal("30.00"))) == 0


def test_stars():
    assert [empty for _offset, empty in stars(Decimal("3.6"))] == [False, False, False, False, True]
    assert all(empty for _offset, empty in stars(None))


def test_icons_are_silent():
    html = render('{% load shop_tags %}{% icon "truck" "icon--inline" %}')
    assert 'class="icon icon--inline"' in html
    assert 'aria-hidden="true"' in html


def image(**changes) -> ProductImage:
    return ProductImage(**{"file": "products/a.jpg", "width": 800, "height": 1000, "alt": "Hills"} | changes)


def test_a_picture_offers_its_sizes():
    html = render('{% load shop_pictures %}{% picture image sizes="25vw" alt="Name" %}', image=image())
    assert 'src="/media/thumbs/720/products/a.jpg.webp"' in html
    assert "/media/thumbs/240/products/a.jpg.webp 240w, /media/thumbs/480/products/a.jpg.webp 480w" in html
    assert "1080w" not in html
    assert 'sizes="25vw"' in html
    assert 'alt="Hills"' in html
    assert 'width="800" height="1000"' in html
    assert 'loading="lazy"' in html


def test_a_picture_without_words_takes_the_names():
    template = '{% load shop_pictures %}{% picture image alt="Name" eager=True %}'
    html = render(template, image=image(alt=""))
    assert 'alt="Name"' in html
    assert 'fetchpriority="high"' in html
    assert "lazy" not in html
    assert 'alt=""' in render('{% load shop_pictures %}{% picture image alt="" %}', image=image())


@pytest.mark.parametrize("missing", [None, image(file="")])
def test_no_picture_is_a_drawing(missing):
    assert render("{% load shop_pictures %}{% picture image %}", image=missing) == PLACEHOLDER
    bare = "{% load shop_pictures %}{% picture_file image.file width=4 height=5 %}"
    assert render(bare, image=image(file="")) == PLACEHOLDER
    assert 'width="4" height="5"' in render(bare, image=image())


def test_html_of_staff_is_cleaned():
    dirty = '<p onclick="x()">A <a href="javascript:x()">b</a><img src=x onerror=x()></p><script>x()</script><h1>C</h1>'
    assert clean_html(dirty) == '<p>A <a rel="noopener noreferrer">b</a></p>C'
    assert readable_html("Plain & <simple") == clean_html("Plain & <simple")
    assert readable_html("Two\n\nparts & more") == "<p>Two</p>\n\n<p>parts &amp; more</p>"


def test_html_as_text():
    assert plain_text("<p>Thirteen <em>heights</em>.</p><p>A &amp; B</p><script>x()</script>") == (
        "Thirteen heights. A & B"
    )
    assert render("{% load shop_tags %}{{ words|summary }}", words="<p>Fish &amp; chips</p>") == "Fish &amp; chips"


def test_the_stepper_says_what_it_counts():
    html = render('{% include "components/stepper.html" with id="q" value=2 max=9 label="Contours 7" %}')
    assert 'aria-label="One less: Contours 7"' in html
    assert 'name="step" value="-1"' in html
    assert 'value="2" min="1" max="9"' in html
    assert "formaction" not in html
    assert 'formaction="/x/" formmethod="get"' in render(
        '{% include "components/stepper.html" with id="q" value=2 action="/x/" %}'
    )
