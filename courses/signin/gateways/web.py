"""How identity providers are asked: limits of time and length, status 200 alone, no redirect, no
compression. https with a trusted certificate is what all the rest stands on.
"""

import ssl
from collections.abc import Iterable
from threading import BoundedSemaphore
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from courses.signin.exceptions import (
    AnswerTooLong,
    CertificateNotTrusted,
    ProviderBusy,
    ProviderRedirects,
    ProviderTooSlow,
    ProviderUnreachable,
    UnexpectedStatus,
)

LONGEST = 65_536  # bytes of an answer
SECONDS = 5
# Questions of this process at once. The web server has 8 threads: a provider that is silent mustn't
# hold them all.
AT_ONCE = BoundedSemaphore(4)


def get(url: str, *, longest: int = 0, **options: Any) -> bytes:
    """The answer to a GET. Raises a `ProviderFault`. `longest`: bytes, instead of `LONGEST`."""
    return _answer("GET", url, longest or LONGEST, [200], **options)


def post(url: str, *, also: Iterable[int] = (), **options: Any) -> bytes:
    """The answer to a POST. Raises a `ProviderFault`. `also`: a status beside 200 that has an answer,
    too.
    """
    return _answer("POST", url, LONGEST, [200, *also], **options)


def _answer(method: str, url: str, longest: int, read: list[int], **options: Any) -> bytes:
    host = urlsplit(url).netloc
    if not AT_ONCE.acquire(timeout=1):
        raise ProviderBusy(host=host)
    try:
        with _opened(method, url, host, **options) as answer:
            if answer.is_redirect:
                raise ProviderRedirects(host=host)
            if answer.status_code not in read:
                raise UnexpectedStatus(host=host, status=str(answer.status_code))
            return _content(answer, host, longest)
    finally:
        AT_ONCE.release()


def _opened(method: str, url: str, host: str, **options: Any) -> requests.Response:
    headers = {"Accept-Encoding": "identity"} | options.pop("headers", {})
    options |= {"allow_redirects": False, "stream": True, "headers": headers}
    try:
        return requests.request(method, url, timeout=SECONDS, **options)
    except requests.exceptions.SSLError as fault:
        raise CertificateNotTrusted(host=host, why=_why_not_trusted(fault)) from fault
    except requests.exceptions.Timeout as fault:
        raise ProviderTooSlow(host=host, seconds=SECONDS) from fault
    except (requests.RequestException, HTTPError, ValueError) as fault:
        raise ProviderUnreachable(host=host) from fault


def _content(answer: requests.Response, host: str, longest: int) -> bytes:
    end, got = monotonic() + SECONDS, b""
    try:
        while piece := answer.raw.read1(8192):
            got += piece
            if len(got) > longest:
                raise AnswerTooLong(host=host)
            if monotonic() > end:
                raise ProviderTooSlow(host=host, seconds=SECONDS)
    except (TimeoutError, ReadTimeoutError) as fault:
        raise ProviderTooSlow(host=host, seconds=SECONDS) from fault
    except (OSError, HTTPError) as fault:
        raise ProviderUnreachable(host=host) from fault
    return got


def _why_not_trusted(fault: BaseException) -> str:
    """OpenSSL's own words, out of the exceptions around them."""
    around: list[BaseException] = [fault]
    for one in around:
        if isinstance(one, ssl.SSLCertVerificationError):
            return one.verify_message
        inside = (*one.args, getattr(one, "reason", None))
        around += [inner for inner in inside if isinstance(inner, BaseException)]
    return "TLS"
