"""Passkeys: what a browser is asked, and whether its answer is right. Nothing is stored here.

fido2 does the cryptography; rows are allauth's, in allauth's form: the registration as the browser gave it.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.exceptions import InvalidSignature
from django.conf import settings
from fido2 import cbor
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from accounts.models import User

# What fido2's parsers answer with to what is no answer of a browser.
MALFORMED = (
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
    AssertionError,
    NotImplementedError,
    RecursionError,
    struct.error,
)

Values = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where the browser stands: passkeys belong to the `host`, answers come from the whole `origin`."""

    host: str
    origin: str

    def server(self) -> Fido2Server:
        rp = PublicKeyCredentialRpEntity(id=self.host, name=str(settings.SHOP_NAME))
        return Fido2Server(rp, verify_origin=lambda origin: origin == self.origin)


@dataclass(frozen=True, kw_only=True)
class Ceremony:
    """`options` are for the browser, `state` is what its answer is judged by: for the session."""

    options: Values
    state: Values


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What a browser's right answer says: which passkey, how often it was used, whether it saw who holds it."""

    credential_id: bytes
    count: int
    user_verified: bool


def ask_for_new(site: Site, user: User, known: Iterable[Authenticator]) -> Ceremony:
    """For a passkey that names its owner by itself where it can, and is none of the `known`."""
    entity = PublicKeyCredentialUserEntity(
        id=str(user.pk).encode(), name=user.email, display_name=user.full_name or user.email
    )
    options, state = site.server().register_begin(
        entity,
        [credential_of(passkey) for passkey in known],
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return Ceremony(options=dict(options), state=state)


def ask_for_any(site: Site) -> Ceremony:
    """Whoever is there, seen by their own device: instead of name and password."""
    options, state = site.server().authenticate_begin(user_verification=UserVerificationRequirement.REQUIRED)
    return Ceremony(options=dict(options), state=state)


def ask_for_one_of(site: Site, known: Iterable[Authenticator]) -> Ceremony:
    """One of these, after the password."""
    options, state = site.server().authenticate_begin(
        [credential_of(passkey) for passkey in known], user_verification=UserVerificationRequirement.PREFERRED
    )
    return Ceremony(options=dict(options), state=state)


def new_passkey(site: Site, state: Values, answer: Values) -> Proof | None:
    """None when the answer is not right."""
    try:
        said = RegistrationResponse.from_dict(_texts(answer, "clientDataJSON", "attestationObject"))
        made = site.server().register_complete(state, said)
        credential = made.credential_data
    except MALFORMED:
        return None
    if credential is None or not _is_whole(credential):
        return None
    return Proof(credential_id=credential.credential_id, count=made.counter, user_verified=made.is_user_verified())


def _is_whole(credential: AttestedCredentialData) -> bool:
    """Whether signatures can be checked with its key: the parser takes torn ones."""
    try:
        credential.public_key.verify(b"", b"")
    except InvalidSignature:
        return True
    except MALFORMED:
        return False
    return False


def proved_passkey(site: Site, state: Values, known: Iterable[Authenticator], answer: Values) -> Proof | None:
    """None when the answer is not right, or of none of these."""
    credentials = [credential_of(passkey) for passkey in known]
    try:
        parts = ("clientDataJSON", "authenticatorData", "signature", "userHandle")
        said = AuthenticationResponse.from_dict(_texts(answer, *parts))
        credential = site.server().authenticate_complete(state, credentials, said)
    except MALFORMED:
        return None
    seen = said.response.authenticator_data
    return Proof(credential_id=credential.credential_id, count=seen.counter, user_verified=seen.is_user_verified())


def storable(answer: Values) -> Values:
    """Of a right answer to `ask_for_new` what is needed again: never more than that."""
    return _texts(answer, "clientDataJSON", "attestationObject")


def _texts(answer: Values, *parts: str) -> Values:
    """The answer with these parts and nothing else; all must be text. Raises ValueError and others of MALFORMED.

    fido2 takes a number for the length of what to make room for: a short answer could ask for all the memory there is.
    """
    response = {name: answer["response"][name] for name in parts if answer["response"].get(name) is not None}
    _all_are(str, answer["rawId"], *response.values())
    client = json.loads(websafe_decode(response["clientDataJSON"]))
    _all_are(str, client["challenge"], client["origin"])
    if "attestationObject" in response:
        _all_are(bytes, cbor.decode(websafe_decode(response["attestationObject"]))["authData"])  # type: ignore[index,call-overload]
    return {"id": answer["rawId"], "rawId": answer["rawId"], "type": "public-key", "response": response}


def _all_are(kind: type, *values: object) -> None:
    if not all(isinstance(value, kind) for value in values):
        raise ValueError


def claimed_user_id(answer: Values) -> int | None:
    """Whose the passkey says it is. Nothing is proved by that."""
    try:
        handle = answer["response"]["userHandle"]
        _all_are(str, handle)
        return int(websafe_decode(handle).decode("ascii"))
    except MALFORMED:
        return None


def credential_of(passkey: Authenticator) -> AttestedCredentialData:
    """The public key and id of a stored passkey."""
    made = RegistrationResponse.from_dict(passkey.data["credential"]).response.attestation_object.auth_data
    credential: AttestedCredentialData | None = made.credential_data
    assert credential is not None  # noqa: S101 - it was there when the row was made
    return credential
