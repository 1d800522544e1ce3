"""Checks whether links to other sites still work: short timeouts, one request at a time to a site,
never to a private network (SSRF).
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from cms.guidance.enums import Fault
from cms.guidance.exceptions import WebUnreachable

MOST_REDIRECTS = 5
MOST_WAITS = 3  # for one answer
AS_WRITTEN = "/%?&=+,;:@!$'()*~#[]"
REDIRECTS = {301, 302, 303, 307, 308}
GONE = {404, 410}
# Refused to a program, not to readers: a login, a rate limit, a protection against bots.
SHUT_TO_MACHINES = {401, 402, 403, 405, 406, 407, 418, 429, 451, 999}
PORTS = {"http": 80, "https": 443}
NAT64, IPV4_COMPATIBLE = ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96")


class FaultFound(Exception):
    """A fault found at an address, raised through several calls."""

    def __init__(self, fault: Fault):
        self.fault = fault
        super().__init__(fault)


class LinkGateway:
    """`settings.LINKS`: user_agent, timeout and pause (seconds), exempt ("host:port" of a test's
    own server on loopback).
    """

    is_pretend = False

    def __init__(self, config: Mapping[str, Any], *, sleep=time.sleep):
        self.user_agent, self.timeout, self.pause = (
            config["user_agent"],
            config["timeout"],
            config["pause"],
        )
        self.exempt = frozenset(config.get("exempt", ()))
        self.sleep = sleep
        self.asked: dict[str, float] = {}

    def fault_of(self, address: str) -> Fault | None:
        """HEAD, then GET where HEAD is refused: not every server answers both alike."""
        try:
            status = self.status_of("HEAD", address)
            if status >= 400:
                status = self.status_of("GET", address)
        except FaultFound as found:
            return found.fault
        if status in GONE:
            return Fault.NOT_FOUND
        return Fault.BROKEN if status >= 500 and status not in SHUT_TO_MACHINES else None

    def status_of(self, method: str, address: str) -> int:
        """Status of the address at the end of all redirects; each of them is checked as the first
        was.
        """
        for _hop in range(MOST_REDIRECTS + 1):
            status, location = self.ask(method, address)
            if status not in REDIRECTS or not location:
                return status
            address = urljoin(address, location)
        raise FaultFound(Fault.GOES_ROUND)

    def ask(self, method: str, address: str) -> tuple[int, str]:
        try:
            parts = urlsplit(address)
            port = parts.port or PORTS.get(parts.scheme, 0)
        except ValueError as wrong:
            raise FaultFound(Fault.NOT_AN_ADDRESS) from wrong
        if parts.scheme not in PORTS or not parts.hostname:
            raise FaultFound(Fault.NOT_AN_ADDRESS)
        self.wait_for_turn(parts.hostname)
        connection = self.connect(parts.scheme, parts.hostname, port)
        # The timeout is per read: a server that sends a byte now and then would keep the connection
        # open for hours.
        hung_up = threading.Event()
        patience = threading.Timer(self.timeout * MOST_WAITS, hang_up, [connection.sock, hung_up])
        patience.start()
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(method, quote(path, safe=AS_WRITTEN), headers=self.headers)
            answer = connection.getresponse()  # the body isn't read
            if hung_up.is_set():
                raise TimeoutError
            return answer.status, answer.getheader("Location", "")
        except TimeoutError as wrong:
            raise FaultFound(Fault.TOO_SLOW) from wrong
        except (OSError, http.client.HTTPException) as wrong:
            raise FaultFound(Fault.TOO_SLOW if hung_up.is_set() else Fault.REFUSED) from wrong
        finally:
            patience.cancel()
            connection.close()

    @property
    def headers(self) -> dict[str, str]:
        return {
            "User-Agent": self.user_agent,
            "Accept": "text/html,*/*;q=0.8",
            "Connection": "close",
        }

    def connect(self, scheme: str, host: str, port: int) -> http.client.HTTPConnection:
        """Connect to the IP address that was checked; the name isn't resolved again (DNS
        rebinding).
        """
        place = self.place_of(host, port)
        kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
        connection = kind(host, port, timeout=self.timeout)
        try:
            line = socket.create_connection((place, port), timeout=self.timeout)
            connection.sock = (
                ssl.create_default_context().wrap_socket(line, server_hostname=host)
                if scheme == "https"
                else line
            )
        except TimeoutError as wrong:
            raise FaultFound(Fault.TOO_SLOW) from wrong
        except ssl.SSLError as wrong:
            raise FaultFound(Fault.CERTIFICATE) from wrong
        except OSError as wrong:
            raise FaultFound(Fault.REFUSED) from wrong
        return connection

    def place_of(self, host: str, port: int) -> str:
        """The host's first address, if none of them lies in a private network (SSRF)."""
        try:
            places = [
                str(entry[4][0])
                for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            ]
        except socket.gaierror as wrong:
            if (
                wrong.errno == socket.EAI_AGAIN
            ):  # our resolver doesn't answer: that says nothing about the link
                raise WebUnreachable from wrong
            raise FaultFound(Fault.HOST_UNKNOWN) from wrong
        except (OSError, UnicodeError) as wrong:
            raise FaultFound(Fault.NOT_AN_ADDRESS) from wrong
        is_ours_to_ask = port in PORTS.values() and not any(is_private(place) for place in places)
        if f"{host}:{port}" not in self.exempt and not is_ours_to_ask:
            raise FaultFound(Fault.PRIVATE)
        return places[0]

    def wait_for_turn(self, host: str) -> None:
        """One question at a time to the same site, with a pause between."""
        since = time.monotonic() - self.asked.get(host, -self.pause)
        if since < self.pause:
            self.sleep(self.pause - since)
        self.asked[host] = time.monotonic()


def is_private(place: str) -> bool:
    """Loopback, private, link-local, reserved, multicast: nothing that readers reach; likewise an
    IPv4 address of these inside IPv6.
    """
    address = ipaddress.ip_address(place.partition("%")[0])
    inside = inner_address(address)
    return (
        not address.is_global
        or address.is_multicast
        or (inside is not None and is_private(str(inside)))
    )


def inner_address(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | None:
    """The IPv4 address behind an address of a gateway: mapped and compatible ones (RFC 4291), NAT64
    (RFC 6052), 6to4 and Teredo.
    """
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in NAT64 or address in IPV4_COMPATIBLE:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return (
        address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    )


def hang_up(line: socket.socket, hung_up: threading.Event) -> None:
    hung_up.set()
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
