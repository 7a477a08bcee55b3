"""A passkey in software: answers as a browser with a key would; or wrongly, where a test wants that."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cbor import encode
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

PRESENT, VERIFIED, NEW = 0x01, 0x04, 0x40


@dataclass
class SoftPasskey:
    """`sees_owner`: whether it asks for a finger or PIN. `counts`: whether it counts its uses."""

    origin: str = "http://testserver"
    host: str = "testserver"
    sees_owner: bool = True
    counts: bool = True
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    owner: bytes = b""
    count: int = 0

    def create(self, options: dict[str, Any]) -> str:
        asked = options["publicKey"]
        self.owner = websafe_decode(asked["user"]["id"])
        public = encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        made = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + public
        attestation = encode({"fmt": "none", "attStmt": {}, "authData": self._data(NEW) + made})
        return self._answer({"attestationObject": attestation}, asked, "webauthn.create")

    def get(self, options: dict[str, Any]) -> str:
        asked = options["publicKey"]
        client, data = self._client(asked, "webauthn.get"), self._data()
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        said = {"authenticatorData": data, "signature": signature, "userHandle": self.owner}
        return self._answer(said, asked, "webauthn.get")

    def _answer(self, said: dict[str, bytes], asked: dict[str, Any], kind: str) -> str:
        response = {name: websafe_encode(value) for name, value in said.items()}
        response["clientDataJSON"] = websafe_encode(self._client(asked, kind))
        name = websafe_encode(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})

    def _client(self, asked: dict[str, Any], kind: str) -> bytes:
        return json.dumps({"type": kind, "challenge": asked["challenge"], "origin": self.origin}).encode()

    def _data(self, flags: int = 0) -> bytes:
        self.count += self.counts
        flags |= PRESENT | (VERIFIED if self.sees_owner else 0)
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")


def give_passkey(client: Any, password: str, passkey: SoftPasskey | None = None, name: str = "My phone") -> SoftPasskey:
    """Add one through the pages; `client` is signed in."""
    passkey = passkey or SoftPasskey()
    asked = client.post("/account/security/passkeys/new/options/", {"current_password": password})
    assert asked.status_code == 200, asked.content
    answer = {"name": name, "credential": passkey.create(asked.json())}
    client.post("/account/security/passkeys/new/", answer)
    return passkey


def come_in(client: Any, passkey: SoftPasskey, **typed: str) -> Any:
    asked = client.post("/login/passkey/options/").json()
    return client.post("/login/passkey/", {"credential": passkey.get(asked), **typed})
