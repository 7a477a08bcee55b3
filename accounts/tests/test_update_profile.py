import pytest

from accounts.models import User
from accounts.services.update_profile import Profile, update_profile
from shop.common.errors import InvalidInput

pytestmark = pytest.mark.django_db


def test_everything_is_stored(shopper):
    profile = Profile(username="Ines.A", first_name=" Ines ", last_name="van  den Berg", phone="+49 40 123456")
    update_profile(user_id=shopper.pk, profile=profile)
    user = User.objects.get(pk=shopper.pk)
    assert (user.username, user.username_key) == ("Ines.A", "ines.a")
    assert (user.first_name, user.last_name, user.phone) == ("Ines", "van den Berg", "+49 40 123456")


def test_a_username_may_go_and_be_somebody_elses_then(shopper, other_shopper):
    update_profile(user_id=shopper.pk, profile=Profile())
    assert User.objects.get(pk=shopper.pk).username_key is None
    assert update_profile(user_id=other_shopper.pk, profile=Profile(username="Shopper")).username_key == "shopper"


def test_the_case_of_ones_own_username_may_change(shopper):
    assert update_profile(user_id=shopper.pk, profile=Profile(username="SHOPPER")).username == "SHOPPER"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"username": "OTHER"}, "username"),
        ({"username": "a@b"}, "username"),
        ({"phone": "call me"}, "phone"),
        ({"first_name": "x" * 81}, "first_name"),
        ({"last_name": "x" * 10_000}, "last_name"),
    ],
)
def test_what_will_not_do_is_said_at_its_field(shopper, other_shopper, given, field):
    with pytest.raises(InvalidInput) as error:
        update_profile(user_id=shopper.pk, profile=Profile(**given))
    assert set(error.value.fields) == {field}
    assert User.objects.get(pk=shopper.pk).username == "shopper"
