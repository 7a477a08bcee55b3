"""The examples of the guide check what the shop signs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from standardwebhooks import Webhook

from shop.webhooks.services.endpoints import new_secret

BODY = '{"type":"order.paid","data":{"name":"Gr\u00f6\u00dfe"}}'
NEEDS_NODE = pytest.mark.skipif(shutil.which("node") is None, reason="needs Node: sudo apt install nodejs")


def example(language: str) -> str:
    guide = (settings.BASE_DIR / "docs" / "api.md").read_text()
    (code,) = re.findall(rf"```{language}\n(.*?)```", guide, re.DOTALL)
    return code


def signed(*secrets: str, age: int = 0) -> dict[str, str]:
    sent_at = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=age)
    signatures = [Webhook(secret).sign(msg_id="msg_1", timestamp=sent_at, data=BODY) for secret in secrets]
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def in_python(secret: str, headers: dict[str, str], body: str) -> bool:
    names: dict[str, Any] = {}
    exec(example("python"), names)  # our own guide
    return names["is_from_the_shop"](secret, headers, body.encode())


def in_javascript(secret: str, headers: dict[str, str], body: str) -> bool:
    call = f"isFromTheShop({json.dumps(secret)}, {json.dumps(headers)}, Buffer.from({json.dumps(body)}))"
    script = f"{example('javascript')}\nconsole.log({call});"
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True)
    return {"true": True, "false": False}[done.stdout.strip()]


@pytest.mark.parametrize("check", [in_python, pytest.param(in_javascript, marks=NEEDS_NODE)])
def test_the_example_takes_what_is_ours_and_nothing_else(check):
    ours, other = new_secret(), new_secret()
    assert check(ours, signed(ours), BODY)
    assert check(ours, signed(other, ours), BODY)
    assert not check(ours, signed(other), BODY)
    assert not check(ours, signed(ours), BODY + " ")
    assert not check(ours, signed(ours, age=400), BODY)
    assert not check(ours, {}, BODY)
    assert not check(ours, {**signed(ours), "webhook-signature": "v1,x v2,y"}, BODY)
