"""The request at hand, and lines of the log as JSON."""

import datetime
import json
import logging
import re
import traceback
from contextvars import ContextVar
from ipaddress import ip_address
from pathlib import Path

CODE = Path(__file__).resolve().parents[2]

# The id of the request that this thread answers; empty in workers, the tick and commands.
request_id: ContextVar[str] = ContextVar("request_id", default="")

# Attributes that a line of ours may carry beyond its message.
EXTRAS = ("method", "view", "status", "ms")
# Its two warnings say from where passwords are tried: of no use without the network address.
SAYS_WHERE_FROM = "courses.people.services.logins"
# What stands before @ is 64 characters at most (RFC 5321, 4.5.3.1.1): without an end each letter of a
# long address would be looked at from every letter before it.
EMAIL = re.compile(r"[\w.!#$%&'’*+/=?^`{|}~-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63})*")
MAYBE_NETWORK_ADDRESS = re.compile(r"(?<![\w.:])[0-9A-Fa-f:.]{3,45}(?![\w:])")
QUERY = re.compile(r"\?[^\s\"'>]+")


class JsonFormatter(logging.Formatter):
    """One JSON object a line: `time` (UTC), `level`, `logger`, `message`, `request` (its id, shared
    with the proxy's log), and for an error its class, SQLSTATE and frames.

    Without the error's own words, which often quote what somebody typed (PostgreSQL names the row),
    without email and network addresses, without the query of an address. Secrets in a path are
    taken out by the filter `TokensStayOut` before.
    """

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
        line: dict = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _without_people(record.getMessage(), record.name),
        }
        if request := _request_of(record):
            line["request"] = request
        line |= {name: vars(record)[name] for name in EXTRAS if name in vars(record)}
        if record.exc_info and (error := record.exc_info[1]):
            line |= _about(error)
        return json.dumps(line, ensure_ascii=False, default=str)


def _request_of(record: logging.LogRecord) -> str:
    """Django names the request in its line of a 404 or 503, which it writes after the middleware."""
    return request_id.get() or getattr(vars(record).get("request"), "id", "")


def _without_people(text: str, logger: str) -> str:
    text = EMAIL.sub("(email)", QUERY.sub("?(left out)", text))
    if logger == SAYS_WHERE_FROM:
        return text
    return MAYBE_NETWORK_ADDRESS.sub(_masked, text)


def _masked(found: re.Match) -> str:
    text = found[0].rstrip(".:")  # of the end of a sentence
    try:
        ip_address(text)
    except ValueError:
        return found[0]
    return f"(address){found[0][len(text) :]}"


def _about(error: BaseException) -> dict:
    frames = traceback.extract_tb(error.__traceback__)
    about: dict = {
        "error": f"{type(error).__module__}.{type(error).__qualname__}",
        "frames": [
            f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames[-20:]
        ],
    }
    cause = error.__cause__ or error.__context__
    if sqlstate := getattr(cause, "sqlstate", None) or getattr(error, "sqlstate", None):
        about["sqlstate"] = sqlstate
    if cause is not None:
        about["cause"] = f"{type(cause).__module__}.{type(cause).__qualname__}"
    return about


def _short(path: str) -> str:
    """Relative to the code, or to the folder of the packages."""
    return path.removeprefix(f"{CODE}/").rpartition("site-packages/")[2]
