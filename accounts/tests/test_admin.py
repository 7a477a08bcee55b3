import pytest
from django.contrib.auth.hashers import make_password
from django.urls import reverse

from accounts.admin.users import UserAdmin
from accounts.models import CustomerGroup, User
from accounts.selectors.factors import has_second_factor
from accounts.services.change_password import set_password_hash
from accounts.tests.factories import PASSWORD, AddressFactory, StaffFactory, UserFactory, give_app

pytestmark = pytest.mark.django_db

LIST = "/admin/accounts/user/"
NEW = "another quiet wall"


def change(user):
    return reverse("admin:accounts_user_change", args=[user.pk])


def sent(user, **given):
    """The change form as an administrator sends it."""
    inline = {"addresses-TOTAL_FORMS": "0", "addresses-INITIAL_FORMS": "0"}
    values = {"email": user.email, "username": user.username or "", "first_name": user.first_name}
    values |= {name: "on" for name in ("is_active", "is_staff", "is_superuser") if getattr(user, name)}
    return {name: value for name, value in (inline | values | given).items() if value is not None}


@pytest.fixture
def admin(client_of, staff):
    return client_of(staff)


@pytest.fixture
def clerk(client_of):
    """Staff who may change accounts, but are no administrator."""
    from django.contrib.auth.models import Permission

    user = StaffFactory(is_superuser=False)
    own = Permission.objects.filter(content_type__app_label="accounts").exclude(codename="manage_staff")
    user.user_permissions.set(own)
    return client_of(user)


def test_the_list_finds_people_however_typed(admin, shopper, other_shopper):
    for typed in ("SHOPPER@example", "Shopper", "albrecht", "ALBRECHT", "ines"):
        text = admin.get(LIST, {"q": typed}).content.decode()
        assert "shopper@example.org" in text, typed
        assert "other@example.org" not in text, typed


def test_the_list_costs_the_same_for_many(admin):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert admin.get(LIST).status_code == 200
        return len(seen)

    UserFactory.create_batch(2)
    few = queries()
    UserFactory.create_batch(20)
    assert queries() == few


def test_a_person_with_their_addresses(admin, shopper):
    AddressFactory(user=shopper)
    text = admin.get(change(shopper)).content.decode()
    assert "Hafenstraße 12" in text
    assert 'name="addresses-0-line1"' not in text
    assert shopper.password not in text
    assert 'name="password"' not in text


def test_making_an_account(admin):
    assert "password" in admin.get(f"{LIST}add/").content.decode()
    page = admin.post(f"{LIST}add/", {"email": " Clerk@Example.org", "password": PASSWORD, "is_staff": "on"})
    assert page.status_code == 302
    user = User.objects.get(email="clerk@example.org")
    assert (user.is_staff, user.is_superuser, user.check_password(PASSWORD)) == (True, False, True)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"email": "nope"}, "Enter an e-mail address like name@example.org."),
        ({"email": "SHOPPER@example.org"}, "There is an account with this address."),
        ({"password": "password123"}, "This password is too common."),
    ],
)
def test_an_account_that_will_not_do(admin, shopper, given, said):
    page = admin.post(f"{LIST}add/", {"email": "new@example.org", "password": PASSWORD} | given)
    assert page.status_code == 200
    assert said in page.content.decode()
    assert User.objects.count() == 2


def test_changing_a_person(admin, shopper):
    group = CustomerGroup.objects.create(name="Trade")
    page = admin.post(change(shopper), sent(shopper, username="Ines.A", first_name="Ada", group=str(group.pk)))
    assert page.status_code == 302
    user = User.objects.get(pk=shopper.pk)
    assert (user.username_key, user.first_name, user.group) == ("ines.a", "Ada", group)
    assert user.check_password(PASSWORD)
    assert user.is_verified


def test_what_its_owner_changes_meanwhile_stays(admin, shopper, monkeypatch):
    """Between reading and saving they give themselves a new password, which ends all sessions."""
    save = UserAdmin.save_model

    def late(self, request, obj, form, change):
        set_password_hash(shopper, make_password(NEW))
        save(self, request, obj, form, change)

    monkeypatch.setattr(UserAdmin, "save_model", late)
    assert admin.post(change(shopper), sent(shopper, first_name="Ada")).status_code == 302
    user = User.objects.get(pk=shopper.pk)
    assert user.first_name == "Ada"
    assert user.check_password(NEW)
    assert user.session_salt == shopper.session_salt


def test_a_new_address_is_not_verified_yet(admin, shopper):
    admin.post(change(shopper), sent(shopper, email="Moved@example.org"))
    user = User.objects.get(pk=shopper.pk)
    assert (user.email, user.is_verified) == ("moved@example.org", False)


@pytest.mark.parametrize("given", [{"username": "OTHER"}, {"email": "other@example.org"}, {"username": "a@b"}])
def test_names_of_others_are_refused(admin, shopper, other_shopper, given):
    page = admin.post(change(shopper), sent(shopper, **given))
    assert page.status_code == 200
    user = User.objects.get(pk=shopper.pk)
    assert (user.username, user.email) == ("shopper", "shopper@example.org")


def test_deactivating_ends_sessions_for_good(admin, client_of, shopper):
    theirs = client_of(shopper)
    admin.post(LIST, {"action": "deactivate", "_selected_action": [shopper.pk]})
    assert not User.objects.get(pk=shopper.pk).is_active
    assert theirs.get("/account/").status_code == 302
    admin.post(LIST, {"action": "activate", "_selected_action": [shopper.pk]})
    assert User.objects.get(pk=shopper.pk).is_active
    assert theirs.get("/account/").status_code == 302


def test_nobody_locks_themselves_out(admin, staff):
    StaffFactory()
    for given in ({"is_active": None}, {"is_staff": None}, {"is_superuser": None}):
        page = admin.post(change(staff), sent(staff, **given))
        assert "You would lock yourself out." in page.content.decode()
    admin.post(LIST, {"action": "deactivate", "_selected_action": [staff.pk]})
    user = User.objects.get(pk=staff.pk)
    assert (user.is_active, user.is_staff, user.is_superuser) == (True, True, True)


def test_an_administrator_is_always_left(staff, shopper):
    from accounts.services.staff import set_active
    from shop.common.errors import Conflict

    sleeping = StaffFactory(is_active=False)
    with pytest.raises(Conflict) as error:
        set_active(user_id=staff.pk, active=False, actor=sleeping)
    assert str(error.value) == "This is the last administrator. Name another one first."
    StaffFactory()
    set_active(user_id=staff.pk, active=False, actor=sleeping)
    assert not User.objects.get(pk=staff.pk).is_active


def test_other_staff_may_help_customers_but_not_raise_anybody(clerk, shopper, staff):
    page = clerk.post(change(shopper), sent(shopper, first_name="Ada", is_staff="on", is_superuser="on"))
    assert page.status_code == 302
    user = User.objects.get(pk=shopper.pk)
    assert (user.first_name, user.is_staff, user.is_superuser) == ("Ada", False, False)
    assert clerk.post(change(staff), sent(staff, email="mine@example.org")).status_code == 403
    assert clerk.post(f"{change(staff)[:-7]}password/", {"password": NEW}).status_code == 403
    clerk.post(LIST, {"action": "deactivate", "_selected_action": [staff.pk]})
    stored = User.objects.get(pk=staff.pk)
    assert (stored.email, stored.is_active, stored.check_password(PASSWORD)) == ("staff@example.org", True, True)


def test_other_staff_cannot_make_staff(clerk):
    clerk.post(f"{LIST}add/", {"email": "new@example.org", "password": PASSWORD, "is_staff": "on"})
    assert not User.objects.get(email="new@example.org").is_staff


def test_staff_who_may_only_look_change_nothing(client_of, shopper):
    from django.contrib.auth.models import Permission

    user = StaffFactory(is_superuser=False)
    user.user_permissions.set(Permission.objects.filter(codename="view_user"))
    looker = client_of(user)
    assert looker.get(change(shopper)).status_code == 200
    looker.post(LIST, {"action": "deactivate", "_selected_action": [shopper.pk]})
    assert looker.post(change(shopper), sent(shopper, first_name="Ada")).status_code == 403
    assert looker.post(reverse("admin:accounts_user_password", args=[shopper.pk]), {"password": NEW}).status_code == 403
    stored = User.objects.get(pk=shopper.pk)
    assert (stored.is_active, stored.first_name, stored.check_password(PASSWORD)) == (True, "Ines", True)


def test_setting_a_password(admin, client_of, shopper, mails_to):
    theirs = client_of(shopper)
    url = reverse("admin:accounts_user_password", args=[shopper.pk])
    assert url in admin.get(change(shopper)).content.decode()
    assert "This password is too short" in admin.post(url, {"password": "short"}).content.decode()
    assert admin.post(url, {"password": NEW}).url == change(shopper)
    assert User.objects.get(pk=shopper.pk).check_password(NEW)
    assert theirs.get("/account/").status_code == 302
    assert mails_to(shopper.email)[-1].subject == "Your password at Halftide was changed"
    assert admin.get(reverse("admin:accounts_user_password", args=[0])).status_code == 404


def test_accounts_are_not_deleted(admin, shopper):
    assert admin.post(f"{change(shopper)[:-7]}delete/", {"post": "yes"}).status_code == 403
    assert "delete_selected" not in admin.get(LIST).content.decode()
    assert User.objects.filter(pk=shopper.pk).exists()


def test_groups_of_customers(admin):
    admin.post("/admin/accounts/customergroup/add/", {"name": "Trade"})
    assert CustomerGroup.objects.get().name == "Trade"


def test_the_tables_of_allauth_are_not_shown(admin):
    index = admin.get("/admin/").content.decode()
    assert not [name for name in ("account", "mfa", "usersessions") if f"/admin/{name}/" in index]


def test_who_lost_the_phone_is_helped(admin, shopper, clerk, staff, mails_to):
    give_app(shopper)
    give_app(staff)
    chosen = {"action": "take_away_second_factor", "_selected_action": [shopper.pk]}
    page = clerk.post(LIST, chosen, follow=True).content.decode()
    assert "1 account asks for the password alone." in page
    assert not has_second_factor(shopper)
    assert mails_to(shopper.email)[-1].subject == "Signing in at Halftide was changed"
    clerk.post(LIST, chosen | {"_selected_action": [staff.pk]})
    assert has_second_factor(staff)
    assert "asks for no second step" in admin.post(LIST, chosen, follow=True).content.decode()


class TestSignIn:
    def sign_in(self, client, **given):
        return client.post("/admin/login/?next=/admin/", {"username": "staff", "password": PASSWORD} | given)

    def test_by_address_or_username(self, client, staff):
        assert self.sign_in(client, username="STAFF@example.org").url == "/admin/"
        assert client.get("/admin/").status_code == 200

    def test_customers_stay_outside(self, client, shopper):
        page = self.sign_in(client, username="shopper")
        assert page.status_code == 200
        assert "_auth_user_id" not in client.session

    def test_the_shops_limit_holds_here_too(self, client, staff):
        for _ in range(5):
            self.sign_in(client, password="not this one")
        page = self.sign_in(client)
        assert "That was tried too often." in page.content.decode()
        assert "_auth_user_id" not in client.session

    def test_empty_fields_are_named(self, client):
        page = self.sign_in(client, username="", password="")
        assert set(page.context["form"].errors) == {"username", "password"}
