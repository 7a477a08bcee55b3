"""A stand-in for Stripe's HTTP API on loopback: PaymentIntents, Checkout Sessions, Refunds, Events, idempotency keys,
webhooks.

    stand_in.pay(intent_id)                          what a shopper does on the fields
    stand_in.pay_visit(session_id)                   … on Stripe's own page
    stand_in.fails("POST /v1/refunds", after=True)   the next such request works, and is answered by 500
    stand_in.hangs("POST /v1/refunds")               … by nothing at all, after it has worked

It keeps books, so that a test can ask what was really charged and paid back.
"""

from __future__ import annotations

import copy
import json
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import stripe

Thing = dict[str, Any]
SECRET = "whsec_test"


class Refused(Exception):
    def __init__(self, status: int, **error: Any) -> None:
        super().__init__(error)
        self.status, self.error = status, error


@dataclass
class StandIn:
    intents: dict[str, Thing] = field(default_factory=dict)
    visits: dict[str, Thing] = field(default_factory=dict)
    refunds: dict[str, Thing] = field(default_factory=dict)
    requests: list[tuple[str, str | None]] = field(default_factory=list)
    events: list[Thing] = field(default_factory=list)
    answers: dict[str, tuple[str, int, Thing]] = field(default_factory=dict)
    # What an answer has named: of anything else no shopper can have the address or the secret.
    told: set[str] = field(default_factory=set)
    troubles: dict[str, list[Callable[[], tuple[bool, int]]]] = field(default_factory=lambda: defaultdict(list))
    lock: threading.RLock = field(default_factory=threading.RLock)

    # --- What tests do ---------------------------------------------------------------------------

    def fails(self, what: str, *, after: bool, times: int = 1, status: int = 500) -> None:
        """The next `times` requests `what` ("POST /v1/refunds") are answered by an error, `after` being done or not."""
        self.troubles[what] += [lambda: (after, status)] * times

    def hangs(self, what: str, *, after: bool = True, times: int = 1) -> None:
        """… are cut off without any answer."""
        self.fails(what, after=after, times=times, status=0)

    def pay(self, intent_id: str, *, outcome: str = "succeed") -> None:
        """The shopper on Stripe's fields: "succeed", "decline", "challenge" (3-D Secure asks), "late"."""
        with self.lock:
            intent = self.intents[intent_id]
            {"succeed": self._charge, "decline": self._decline, "challenge": self._ask, "late": self._wait}[outcome](
                intent
            )

    def answer_challenge(self, intent_id: str, *, approved: bool) -> None:
        intent = self.intents[intent_id]
        assert intent["status"] == "requires_action"
        self._charge(intent) if approved else self._decline(intent, "payment_intent_authentication_failure")

    def decide(self, intent_id: str, *, approved: bool) -> None:
        """A bank that took its time."""
        intent = self.intents[intent_id]
        assert intent["status"] == "processing"
        self._charge(intent) if approved else self._decline(intent)

    def forget(self) -> None:
        """Everything, for the next example."""
        books = (self.intents, self.visits, self.refunds, self.requests, self.events, self.answers, self.troubles)
        for book in (*books, self.told):
            book.clear()

    def pay_visit(self, session_id: str) -> str:
        """The shopper on Stripe's own page. Returns the PaymentIntent that it made."""
        visit = self.visits[session_id]
        assert visit["status"] == "open"
        data = visit["_intent"]
        intent = self._new_intent({"amount": visit["amount_total"], "currency": visit["currency"], **data})
        visit |= {"status": "complete", "payment_intent": intent["id"], "payment_status": "paid"}
        self._charge(intent)
        self._tell("checkout.session.completed", visit)
        return str(intent["id"])

    def pay_back(self, intent_id: str, amount: int) -> None:
        """What somebody does in the dashboard, with an amount in the smallest unit."""
        status, _refund = self.answer("POST", "/v1/refunds", {"payment_intent": intent_id, "amount": str(amount)}, None)
        assert status == 200

    def send_back(self, refund_id: str) -> None:
        """What the customer's bank does days later: the account is closed."""
        refund = self.refunds.pop(refund_id)
        self.intents[refund["payment_intent"]]["latest_charge"]["amount_refunded"] -= refund["amount"]
        self._tell("refund.failed", {**refund, "status": "failed", "failure_reason": "lost_or_stolen_card"})

    def charged(self) -> int:
        """All that was taken, less what was paid back, in the smallest unit."""
        taken = sum(intent["amount_received"] for intent in self.intents.values())
        return taken - sum(refund["amount"] for refund in self.refunds.values())

    # --- What happens to a payment ---------------------------------------------------------------

    def _charge(self, intent: Thing) -> None:
        if intent["status"] in {"succeeded", "canceled", "requires_capture"}:
            return
        manual = intent["capture_method"] == "manual"
        intent["latest_charge"] = {"id": f"ch_{secrets.token_hex(6)}", "object": "charge", "amount_refunded": 0}
        intent["last_payment_error"] = None
        if manual:
            intent["status"] = "requires_capture"
            self._tell("payment_intent.amount_capturable_updated", intent)
        else:
            self._take(intent, intent["amount"])

    def _take(self, intent: Thing, amount: int) -> None:
        intent |= {"status": "succeeded", "amount_received": amount}
        self._tell("payment_intent.succeeded", intent)

    def _decline(self, intent: Thing, code: str = "card_declined") -> None:
        error = {"code": code, "decline_code": "insufficient_funds" if code == "card_declined" else None}
        intent |= {"status": "requires_payment_method", "last_payment_error": error}
        self._tell("payment_intent.payment_failed", intent)

    def _ask(self, intent: Thing) -> None:
        intent["status"] = "requires_action"

    def _wait(self, intent: Thing) -> None:
        intent["status"] = "processing"
        self._tell("payment_intent.processing", intent)

    def _tell(self, kind: str, thing: Thing) -> None:
        shown = {name: value for name, value in thing.items() if not name.startswith("_")}
        number, now = f"evt_{secrets.token_hex(8)}", int(time.time())
        self.events.append(
            {"id": number, "object": "event", "type": kind, "created": now, "data": {"object": copy.deepcopy(shown)}}
        )

    def _new_intent(self, params: Thing) -> Thing:
        number = f"pi_{secrets.token_hex(8)}"
        intent = {
            "id": number, "object": "payment_intent", "amount": int(params["amount"]), "currency": params["currency"],
            "status": "requires_payment_method", "amount_received": 0, "client_secret": f"{number}_secret",
            "capture_method": params.get("capture_method", "automatic"), "metadata": params.get("metadata", {}),
            "last_payment_error": None, "latest_charge": None,
        }  # fmt: skip
        self.intents[number] = intent
        return intent

    # --- The API ---------------------------------------------------------------------------------

    def take(self, method: str, path: str, text: str, key: str | None) -> tuple[int, Thing]:
        """A request as it comes in, with the trouble that was made for it; 0 is no answer at all."""
        waiting = self.troubles[f"{method} {_shape(path)}"]
        after, status = waiting.pop(0)() if waiting else (True, 200)
        if status == 200:
            status, body = self.answer(method, path, _nested(text), key)
            self.told.add(body.get("id", ""))
            return status, body
        trouble = {"error": {"type": "api_error", "message": "trouble"}}
        if after:
            self.answer(method, path, _nested(text), key)
            if status and key in self.answers:  # Stripe keeps its own failures as the answer to a key
                self.answers[key] = (self.answers[key][0], status, trouble)
        return status, trouble

    def answer(self, method: str, path: str, params: Thing, key: str | None) -> tuple[int, Thing]:
        with self.lock:
            self.requests.append((f"{method} {path}", key))
            sent = json.dumps([path, params], sort_keys=True)
            if key in self.answers:
                before, status, body = self.answers[key]
                if before != sent:
                    return 400, {"error": {"type": "idempotency_error", "message": "Keys can only be used once."}}
                return status, body
            try:
                status, body = 200, self._route(method, path, params)
            except Refused as refusal:
                status, body = refusal.status, {"error": {"message": "refused", **refusal.error}}
            if key and method == "POST":
                self.answers[key] = (sent, status, body)
            return status, json.loads(json.dumps(body))

    def _route(self, method: str, path: str, params: Thing) -> Thing:
        parts = path.strip("/").split("/")[1:]
        if parts[0] == "payment_intents":
            return self._intents(method, parts[1:], params)
        if parts[:2] == ["checkout", "sessions"]:
            return self._sessions(method, parts[2:], params)
        if parts == ["refunds"] and method == "GET":
            mine = [one for one in self.refunds.values() if one["payment_intent"] == params["payment_intent"]]
            return {"object": "list", "url": "/v1/refunds", "has_more": False, "data": mine[::-1]}
        if parts == ["refunds"]:
            return self._refund(params)
        if parts == ["events"]:
            return self._list_events(params)
        raise Refused(404, type="invalid_request_error")

    def _intents(self, method: str, parts: list[str], params: Thing) -> Thing:
        if not parts:
            if int(params["amount"]) < 50:
                raise Refused(400, type="invalid_request_error", code="amount_too_small")
            return self._new_intent(params)
        intent = self.intents.get(parts[0])
        if intent is None:
            raise Refused(404, type="invalid_request_error", code="resource_missing")
        if parts[1:] == ["capture"]:
            if intent["status"] != "requires_capture":
                raise Refused(400, type="invalid_request_error", code="payment_intent_unexpected_state")
            self._take(intent, int(params.get("amount_to_capture", intent["amount"])))
        if parts[1:] == ["cancel"]:
            if intent["status"] in {"succeeded", "canceled", "processing"}:
                raise Refused(400, type="invalid_request_error", code="payment_intent_unexpected_state")
            intent["status"] = "canceled"
            self._tell("payment_intent.canceled", intent)
        return intent

    def _sessions(self, method: str, parts: list[str], params: Thing) -> Thing:
        if not parts:
            number = f"cs_{secrets.token_hex(8)}"
            item = params["line_items"]["0"]
            visit = {
                "id": number, "object": "checkout.session", "status": "open", "payment_intent": None,
                "url": f"https://checkout.stripe.com/c/{number}", "metadata": params.get("metadata", {}),
                "amount_total": int(item["price_data"]["unit_amount"]), "currency": item["price_data"]["currency"],
                "success_url": params["success_url"], "_intent": params.get("payment_intent_data", {}),
            }  # fmt: skip
            self.visits[number] = visit
            return visit
        visit = self.visits.get(parts[0]) or {}
        if not visit:
            raise Refused(404, type="invalid_request_error", code="resource_missing")
        if parts[1:] == ["expire"]:
            if visit["status"] != "open":
                raise Refused(400, type="invalid_request_error")
            visit["status"] = "expired"
        return visit

    def _list_events(self, params: Thing) -> Thing:
        """Newest first, a page at a time, as Stripe remembers them whether or not anybody was told."""
        since, kinds = int(params["created"]["gte"]), set(params["types"].values())
        told = [one for one in self.events[::-1] if one["created"] >= since and one["type"] in kinds]
        if after := params.get("starting_after"):
            told = told[[one["id"] for one in told].index(after) + 1 :]
        limit = int(params["limit"])
        return {"object": "list", "url": "/v1/events", "has_more": len(told) > limit, "data": told[:limit]}

    def _refund(self, params: Thing) -> Thing:
        intent, amount = self.intents.get(params["payment_intent"]), int(params["amount"])
        if intent is None or intent["status"] != "succeeded":
            raise Refused(400, type="invalid_request_error", code="charge_not_refundable")
        charge = intent["latest_charge"]
        if charge["amount_refunded"] + amount > intent["amount_received"]:
            raise Refused(400, type="invalid_request_error", code="charge_already_refunded")
        charge["amount_refunded"] += amount
        refund = {
            "id": f"re_{secrets.token_hex(8)}", "object": "refund", "amount": amount, "status": "succeeded",
            "payment_intent": intent["id"], "failure_reason": None, "metadata": params.get("metadata", {}),
        }  # fmt: skip
        self.refunds[refund["id"]] = refund
        self._tell("charge.refunded", {**charge, "payment_intent": intent["id"]})
        return refund


def signed(event: Thing, *, secret: str = SECRET, at: int | None = None) -> tuple[bytes, dict[str, str]]:
    """Body and headers as Stripe sends them."""
    text = json.dumps(event)
    header = stripe.WebhookSignature.generate_signature_header(text, secret, timestamp=at or int(time.time()))
    return text.encode(), {"Stripe-Signature": header}


def serve(stand_in: StandIn) -> tuple[ThreadingHTTPServer, str]:
    """Started on a free port of loopback; shut it down afterwards."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._answer("POST")

        def do_GET(self) -> None:
            self._answer("GET")

        def _answer(self, method: str) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            url = urlsplit(self.path)
            if not self.headers.get("Authorization", "").startswith("Bearer sk_test"):
                return self._send(401, {"error": {"type": "invalid_request_error", "message": "no key"}})
            status, answer = stand_in.take(method, url.path, body or url.query, self.headers.get("Idempotency-Key"))
            return self._send(status, answer) if status else self.connection.close()

        def _send(self, status: int, answer: Thing) -> None:
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.send_header("Stripe-Should-Retry", "false")
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"


def _shape(path: str) -> str:
    """ "/v1/payment_intents/pi_1/capture" → "/v1/payment_intents/ID/capture"."""
    return "/".join("ID" if part.startswith(("pi_", "cs_")) else part for part in path.split("/"))


def _nested(text: str) -> Thing:
    """ "metadata[key]=a" → {"metadata": {"key": "a"}}, as Stripe reads forms."""
    found: Thing = {}
    for name, value in parse_qsl(text):
        *path, last = name.replace("]", "").split("[")
        inside = found
        for part in path:
            inside = inside.setdefault(part, {})
        inside[last] = value
    return found


class InProcess(stripe.HTTPClient):
    """The stand-in without a network between: for proofs that ask it a million times."""

    name = "in_process"

    def __init__(self, stand_in: StandIn) -> None:
        super().__init__()
        self._stand_in = stand_in

    def request(self, method: str, url: str, headers: Any, post_data: Any = None) -> tuple[str, int, dict[str, str]]:
        parts = urlsplit(url)
        status, answer = self._stand_in.take(
            method.upper(), parts.path, post_data or parts.query, headers.get("Idempotency-Key")
        )
        if not status:
            raise stripe.APIConnectionError("cut off")
        return json.dumps(answer), status, {"stripe-should-retry": "false"}

    def close(self) -> None:
        pass
