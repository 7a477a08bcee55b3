"""Google and GitHub on the loopback: pages that let somebody in at once, and answers as theirs."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt

CLIENT, SECRET = "the-shop", "its-secret"


@dataclass
class Somebody:
    uid: str = "4711"
    email: str = "ada@example.org"
    confirmed: bool = True
    name: str = "Ada Berg"
    refuses: bool = False


@dataclass
class StandIn:
    """`somebody` is who is signed in there; `asked` is what the shop asked the browser to bring."""

    somebody: Somebody = field(default_factory=Somebody)
    asked: dict[str, str] = field(default_factory=dict)
    server: ThreadingHTTPServer = field(init=False)

    def __post_init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def let_in(self, query: dict[str, str]) -> str:
        """Where the browser is sent back to."""
        self.asked = query
        said = {"error": "access_denied"} if self.somebody.refuses else {"code": "one-code"}
        return f"{query['redirect_uri']}?{urlencode(said | {'state': query['state']})}"

    def token(self, form: dict[str, str]) -> dict[str, Any]:
        """Only for the client itself, with the code and the secret half of the challenge."""
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        assert (form["client_id"], form["client_secret"], form["code"]) == (CLIENT, SECRET, "one-code")
        assert challenge == self.asked["code_challenge"]
        return {"access_token": "a-token", "token_type": "bearer", "id_token": self._id_token()}

    def profile(self) -> dict[str, Any]:
        return {"id": int(self.somebody.uid), "login": "ada", "name": self.somebody.name, "email": None}

    def emails(self) -> list[dict[str, Any]]:
        return [{"email": self.somebody.email, "primary": True, "verified": self.somebody.confirmed}]

    def _id_token(self) -> str:
        first, _space, last = self.somebody.name.partition(" ")
        claims = {
            "iss": "https://accounts.google.com",
            "aud": CLIENT,
            "exp": time.time() + 60,
            "sub": self.somebody.uid,
            "email": self.somebody.email,
            "email_verified": self.somebody.confirmed,
            "given_name": first,
            "family_name": last,
            "picture": "https://elsewhere.example/ada.png",
        }
        return jwt.encode(claims, "k" * 32, algorithm="HS256")

    def _handler(stand_in) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the handler's
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                address = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(address.query).items()}
                if address.path == "/authorize":
                    self.send_response(302)
                    self.send_header("Location", stand_in.let_in(query))
                    self.end_headers()
                    return
                self._json({"/user": stand_in.profile, "/user/emails": stand_in.emails}[address.path]())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._json(stand_in.token({name: values[0] for name, values in parse_qs(body).items()}))

            def _json(self, body: Any) -> None:
                raw = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_args: Any) -> None:
                """Say nothing."""

        return Handler
