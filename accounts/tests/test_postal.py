import pytest

from accounts.models import Address
from accounts.services.postal import PostalInput, clean_postal
from accounts.tests.factories import AddressFactory
from shop.common.errors import InvalidInput

GERMAN = {
    "full_name": "Ines Albrecht",
    "line1": "Hafenstraße 12",
    "postcode": "20359",
    "city": "Hamburg",
    "country": "DE",
}


def problems(**given):
    with pytest.raises(InvalidInput) as error:
        clean_postal(PostalInput(**(GERMAN | given)))
    return {field: [str(text) for text in texts] for field, texts in error.value.fields.items()}


def test_spaces_lines_and_capitals_are_tidied():
    clean = clean_postal(
        PostalInput(**GERMAN | {"full_name": " Ines \n Albrecht ", "country": "gb", "postcode": "sw1a 1aa"})
    )
    assert (clean.full_name, clean.country, clean.postcode) == ("Ines Albrecht", "GB", "SW1A 1AA")


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("full_name", "Enter a full name."),
        ("line1", "Enter street and number."),
        ("city", "Enter a town."),
        ("country", "Choose a country."),
    ],
)
@pytest.mark.parametrize("value", ["", "   "])
def test_what_a_parcel_needs(field, message, value):
    assert problems(**{field: value}) == {field: [message]}


@pytest.mark.parametrize(
    ("country", "postcode"),
    [("DE", "2035"), ("DE", ""), ("DE", "ABCDE"), ("DE", "٣٤٥٦٧"), ("NL", "1012"), ("GB", "12345"), ("US", "1234")],
)
def test_postcodes_that_cannot_be(country, postcode):
    (message,) = problems(country=country, postcode=postcode)["postcode"]
    assert message.startswith("A postcode in ")


def test_the_message_names_country_and_example():
    assert problems(postcode="2035") == {"postcode": ["A postcode in Germany looks like 20359."]}


@pytest.mark.parametrize(
    ("country", "postcode", "city"),
    [
        ("IE", "", "Dublin"),
        ("SG", "018956", ""),
        ("AE", "", "Dubai"),
        ("US", "10001-1234", "New York"),
        ("NL", "1012ab", "X"),
    ],
)
def test_other_countries_have_other_ways(country, postcode, city):
    clean = clean_postal(PostalInput(**GERMAN | {"country": country, "postcode": postcode, "city": city}))
    assert clean.country == country


@pytest.mark.parametrize("country", ["XX", "ZZ", "EU", "Germany", "D"])
def test_no_country(country):
    assert problems(country=country) == {"country": ["Choose a country."]}


@pytest.mark.parametrize("phone", ["abc", "12", "+49 40 123456 ext. 5 😀", "1" * 21])
def test_no_phone_number(phone):
    assert problems(phone=phone) == {"phone": ["Enter a phone number like +49 40 123456."]}


def test_lengths_are_the_columns():
    longest = {field.name: field.max_length for field in Address._meta.get_fields() if hasattr(field, "max_length")}
    found = problems(full_name="x" * 10_000, line2="x" * 201, company="x" * 120)
    assert found == {
        "full_name": [f"At most {longest['full_name']} characters fit here."],
        "line2": ["At most 200 characters fit here."],
    }


def test_everything_is_said_at_once_under_the_prefix_asked_for():
    with pytest.raises(InvalidInput) as error:
        clean_postal(PostalInput(), prefix="delivery_address.")
    assert set(error.value.fields) == {f"delivery_address.{name}" for name in ("full_name", "line1", "city", "country")}


def test_one_line_of_text_is_an_address_too():
    text = PostalInput(line1="Hafenstraße 12, 20359 Hamburg", country="DE", as_text=True)
    assert clean_postal(text) == text
    with pytest.raises(InvalidInput) as error:
        clean_postal(PostalInput(country="DE", as_text=True))
    assert set(error.value.fields) == {"line1"}


@pytest.mark.django_db
def test_a_stored_address_is_an_input_again():
    address = AddressFactory()
    assert clean_postal(PostalInput.of(address)) == PostalInput.of(address)
    assert "as_text" not in PostalInput.of(address).columns()
