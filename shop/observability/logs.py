"""Structured logs: JSON lines in production, readable ones for development.

Code logs by the standard library: `logger.info("order_placed", extra={"number": …})`. The event is the
message, everything else a field. What was bound for the request (its id) is on every line.
"""

from __future__ import annotations

import logging
from typing import Any

import structlog
from django.core.exceptions import ImproperlyConfigured
from structlog.typing import EventDict, WrappedLogger

FORMATS = ("json", "console")
REDACTED = "[redacted]"
SECRET_WORDS = frozenset({"password", "passwd", "token", "authorization", "secret", "cookie", "apikey"})
SECRET_NAMES = frozenset({"code", "api_key", "session_key", "sessionid", "signature"})


def logging_config(*, level: str, log_format: str) -> dict[str, Any]:
    """Django's LOGGING: everything to the standard error, `log_format` "json" or "console".

    Raises ImproperlyConfigured for a level or a form that is none.
    """
    if level not in logging.getLevelNamesMapping():
        raise ImproperlyConfigured(f"LOG_LEVEL is DEBUG, INFO, WARNING, ERROR or CRITICAL, not {level!r}.")
    if log_format not in FORMATS:
        raise ImproperlyConfigured(f"LOG_FORMAT is json or console, not {log_format!r}.")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "shop": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared_processors(),
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderers(log_format)],
            }
        },
        "handlers": {"shop": {"class": "logging.StreamHandler", "formatter": "shop"}},
        "root": {"handlers": ["shop"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # Refusals are lines of our own (shop.observability.middleware); what remains here has a trace.
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            "py.warnings": {"level": "WARNING"},
        },
    }


def shared_processors() -> list[Any]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.ExtraAdder(),
        drop_noise,
        redact_secrets,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def drop_noise(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Django adds the request to its lines, whose text holds the query: it may hold what people typed.

    `message` is the event once more, left behind when another handler has formatted the record.
    """
    event.pop("request", None)
    event.pop("message", None)
    return event


def redact_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Keep the values of fields that are named like secrets out of every line, however deep they are."""
    return {key: REDACTED if is_secret(key) else _redacted(value) for key, value in event.items()}


def is_secret(name: str) -> bool:
    """Whether a field of that name holds a secret: `new_password`, `X-Cart-Token`, `code`, but not `error_code`."""
    name = name.lower().replace("-", "_")
    return name in SECRET_NAMES or not SECRET_WORDS.isdisjoint(name.split("_"))


def _redacted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: REDACTED if is_secret(str(key)) else _redacted(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(item) for item in value]
    return value


def _renderers(log_format: str) -> list[Any]:
    if log_format == "console":
        return [structlog.dev.ConsoleRenderer(colors=False)]
    return [
        structlog.processors.EventRenamer("event"),
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(default=str, ensure_ascii=False),
    ]


def level_of(status: int) -> int:
    """The level of a request's line: only what the shop itself did wrong is an error."""
    return logging.ERROR if status >= 500 else logging.INFO
