"""A pretend CAS 3 server on this machine, for tests: a login page that says what it is, tickets that
serve once, single logout. Under /lies/NAME it answers wrongly, and under /forms/NAME rightly in the
forms that servers use.
"""

import gzip
import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

NS = "xmlns:cas='http://www.yale.edu/tp/cas'"
LEA, TOM = "<cas:user>lea</cas:user>", "<cas:user>tom</cas:user>"
NAME = "<cas:cn>x</cas:cn>"


def attribute(value: str) -> str:
    return f"<cas:aaf>{value}</cas:aaf>"


def attributes(values: str) -> str:
    return f"<cas:attributes>{values}</cas:attributes>"


GOOD = attributes(attribute("1000001"))


def success(
    more=GOOD, user=LEA, before="", tag="cas:authenticationSuccess", root="cas:serviceResponse",
    ns=NS, after="",
) -> str:  # fmt: skip
    return f"{before}<{root} {ns}><{tag}>{user}{more}</{tag}>{after}</{root}>"


def failure(code: str) -> str:
    inner = f"<cas:authenticationFailure code='{code}'>no</cas:authenticationFailure>"
    return f"<cas:serviceResponse {NS}>{inner}</cas:serviceResponse>"


ENTITY = "<!DOCTYPE x [<!ENTITY e '1000001'>]>"
FILE = "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>"
BOMB = (
    "<!DOCTYPE x [<!ENTITY a0 'lollollol0'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 9))
    + "]>"
)
UTF_16 = "<?xml version='1.0' encoding='UTF-16'?>"
TORN = attributes(attribute("777") + NAME + attribute("1000001") + NAME)

# All say: lea, and of the attribute `aaf` what stands beside.
FORMS = {
    "plain": (success(), ["1000001"]),
    "declared": (success(before="<?xml version='1.0' encoding='UTF-8'?>\n"), ["1000001"]),
    "nothing told": (success(""), []),
    "several": (success(attributes(attribute("1000001") + attribute("1000002"))), ["1000001", "1000002"]),
    "beside the user": (success(attribute("1000001")), ["1000001"]),
    "in userAttributes": (
        success(attributes("<cas:userAttributes><aaf xmlns=''>1000001</aaf></cas:userAttributes>")),
        ["1000001"],
    ),
    "one inside another": (
        success(attributes(attribute("777") + f"<cas:cn>{attribute('1000001')}</cas:cn>")),
        ["777"],
    ),
    "a value with more inside": (success(attributes(attribute("1000001<cas:x/>1"))), []),
}  # fmt: skip

# `<!` is `+ADwAIQ-` in UTF-7.
UTF_7 = "<?xml version='1.0' encoding='UTF-7'?>"
COMMENT_IN_UTF_7 = "+ADwAIQ--- --+AD4-"

# What is wrong, and the class of the refusal.
LIES: dict[str, tuple[str | bytes, str]] = {
    "no": (failure("INVALID_TICKET"), "ProviderRefuses"),
    "not for us": (failure("INVALID_SERVICE"), "ProviderRefuses"),
    "a fault of its own": (failure("INTERNAL_ERROR"), "ProviderFails"),
    "failure with a user": (success(tag="cas:authenticationFailure"), "ProviderRefuses"),
    "success and failure": (success(after="<cas:authenticationFailure code='X'/>"), "AnswerUnreadable"),
    "not a success": (success(tag="cas:notauthenticationSuccess"), "AnswerUnreadable"),
    "another namespace": (success(ns="xmlns:cas='urn:else'"), "AnswerUnreadable"),
    "another root": (success(root="cas:other"), "AnswerUnreadable"),
    "empty root": (f"<cas:serviceResponse {NS}/>", "AnswerUnreadable"),
    "a page": ("<!doctype html><html><body><h1>Maintenance</h1></body></html>", "AnswerIsAPage"),
    "a page in XHTML": (
        "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><body><p>authenticationSuccess</p></body></html>",
        "AnswerIsAPage",
    ),
    "nothing": ("", "AnswerUnreadable"),
    "CAS 1": ("yes\nlea\n", "AnswerUnreadable"),
    "JSON": ('{"serviceResponse": {"authenticationSuccess": {"user": "lea"}}}', "AnswerUnreadable"),
    "cut": (success()[:-30], "AnswerUnreadable"),
    "a bare ampersand": (success(attributes(attribute("1000001") + "<cas:cn>A & B</cas:cn>")), "AnswerUnreadable"),
    "Latin-1": (success(attributes("<cas:cn>Léa</cas:cn>")).encode("latin-1"), "AnswerUnreadable"),
    "no user": (success(user=""), "AnswerAmbiguous"),
    "an empty user": (success(user="<cas:user/>"), "AnswerAmbiguous"),
    "a blank user": (success(user="<cas:user> </cas:user>"), "AnswerAmbiguous"),
    "two users": (success(user=TOM + LEA), "AnswerAmbiguous"),
    "a user among the attributes": (success(attributes(LEA), user=""), "AnswerAmbiguous"),
    "a second user among the attributes": (success(attributes(LEA), user=TOM), "AnswerAmbiguous"),
    "a proxy": (success(GOOD + "<cas:proxies><cas:proxy>https://else</cas:proxy></cas:proxies>"), "AnswerAmbiguous"),
    "two lists of attributes": (success(attributes(attribute("777")) + GOOD), "AnswerAmbiguous"),
    "another's identifier in a value": (success(TORN), "AnswerAmbiguous"),
    "another's list in a value": (
        success(attributes(attribute("777") + NAME + "<userAttributes><aaf>1000001</aaf></userAttributes>" + NAME)),
        "AnswerAmbiguous",
    ),
    "an entity bomb": (success(attributes(attribute("&a8;")), before=BOMB), "AnswerUnreadable"),
    "an entity": (success(attributes(attribute("&e;")), before=ENTITY), "AnswerUnreadable"),
    "a file as entity": (success(attributes(attribute("&e;")), before=FILE), "AnswerUnreadable"),
    "a DTD": (success(before="<!DOCTYPE x>"), "AnswerUnreadable"),
    "a comment": (success(attributes(attribute("1000001<!-- -->0"))), "AnswerUnreadable"),
    "CDATA": (success(attributes(attribute("<![CDATA[1000001]]>"))), "AnswerUnreadable"),
    "an instruction": (success(attributes(attribute("1000001") + "<?x y?>")), "AnswerUnreadable"),
    "UTF-16": (
        (UTF_16 + success(attributes(attribute("&e;")), before=ENTITY)).encode("utf-16"),
        "AnswerUnreadable",
    ),
    "a comment in UTF-16 that isn't declared": (
        success(attributes(attribute("1000001<!-- -->0"))).encode("utf-16"), "AnswerUnreadable",
    ),
    "a comment in UTF-7": (
        success(attributes(attribute(f"1000001{COMMENT_IN_UTF_7}0")), before=UTF_7),
        "AnswerUnreadable",
    ),
    "a comment between values in UTF-7": (
        success(attributes(attribute("1000001") + COMMENT_IN_UTF_7), before=UTF_7),
        "AnswerUnreadable",
    ),
    "EBCDIC": (
        success(before="<?xml version='1.0' encoding='IBM037'?>").encode("cp037"), "AnswerUnreadable",
    ),
    "an unknown encoding": (success(before="<?xml version='1.0' encoding='nonsense'?>"), "AnswerUnreadable"),
    "too deep": (success(attributes("<cas:x>" * 300 + "</cas:x>" * 300)), "AnswerUnreadable"),
    "too long": (success(attributes(f"<cas:cn>{'x' * 70_000}</cas:cn>")), "AnswerTooLong"),
    "status 401": (success(), "UnexpectedStatus"),
    "status 500": (success(), "UnexpectedStatus"),
    "packed": (gzip.compress(success().encode()), "AnswerUnreadable"),
    "a redirect": ("", "ProviderRedirects"),
    "closed": ("", "ProviderUnreachable"),
    "endless": ("", "AnswerTooLong"),
    "drop by drop": (success(), "ProviderTooSlow"),
    "silent": (success(), "ProviderTooSlow"),
    "silent after its head": (success(), "ProviderTooSlow"),
}  # fmt: skip
TRICKLING = ("drop by drop", "silent", "silent after its head")


class PretendCas(ThreadingHTTPServer):
    """`people`: by the user's name there, the values of attributes. `ticket(service, user)` logs
    somebody in; `asked` are the services that tickets were checked for.
    """

    daemon_threads = True

    def __init__(self, people: dict[str, dict[str, list[str]]]):
        super().__init__(("127.0.0.1", 0), _Page)
        self.people, self.tickets, self.numbers = people, {}, itertools.count(1)
        self.asked: list[str] = []
        self.believes_again = False  # a ticket that was used

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/cas"

    def address_of(self, kind: str, name: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{kind}/{name.replace(' ', '_')}"

    def ticket(self, service: str, user: str) -> str:
        ticket = f"ST-{next(self.numbers)}-pretend"
        self.tickets[ticket] = (service, user)
        return ticket

    def answer(self, service: str, ticket: str) -> str:
        self.asked.append(service)
        kept = self.tickets.get(ticket)
        if not self.believes_again:
            self.tickets.pop(ticket, None)
        if kept is None:
            return failure("INVALID_TICKET")
        if kept[0] != service:
            return failure("INVALID_SERVICE")
        told = self.people[kept[1]]
        values = "".join(
            f"<cas:{name}>{escape(value)}</cas:{name}>"
            for name, several in told.items()
            for value in several
        )
        return success(attributes(values), user=f"<cas:user>{escape(kept[1])}</cas:user>")


def logout_request(ticket: str) -> str:
    return (
        "<samlp:LogoutRequest xmlns:samlp='urn:oasis:names:tc:SAML:2.0:protocol' ID='1'>"
        f"<samlp:SessionIndex>{ticket}</samlp:SessionIndex></samlp:LogoutRequest>"
    )


class _Page(BaseHTTPRequestHandler):
    server: PretendCas

    def log_message(self, *args):
        pass

    def do_GET(self):
        parts = urlsplit(self.path)
        kind, name = [*parts.path.split("/"), "", ""][1:3]
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        try:
            if kind == "lies":
                self._lie(name.replace("_", " "))
            elif kind == "forms":
                self._send(FORMS[name.replace("_", " ")][0])
            elif parts.path == "/cas/p3/serviceValidate":
                self._send(self.server.answer(query["service"], query["ticket"]))
            elif parts.path == "/cas/login":
                self._send(self._login_page(query.get("service", "")), "text/html")
            else:
                self._send("<h1>Pretend CAS: bye</h1>", "text/html")
        except OSError:
            pass  # the other side doesn't want to read on

    def _login_page(self, service: str) -> str:
        sign = "&" if "?" in service else "?"
        links = "".join(
            f"<p><a href='{escape(service + sign + urlencode({'ticket': self.server.ticket(service, user)}))}'>"
            f"{escape(user)}</a></p>"
            for user in self.server.people
        )
        return f"<!doctype html><h1>Pretend CAS for tests: who are you?</h1>{links}"

    def _send(self, body: str | bytes, kind="text/xml", status=200, **headers):
        body = body.encode() if isinstance(body, str) else body
        if "gzip" in self.headers.get("Accept-Encoding", "gzip"):
            body, headers = gzip.compress(body), headers | {"Content_Encoding": "gzip"}
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _lie(self, name: str):
        body = LIES[name][0]
        match name:
            case "closed":
                self.connection.close()
            case "silent":
                time.sleep(3)
            case "silent after its head":
                self._send(b"")
                time.sleep(3)
            case "a redirect":
                self._send(
                    "", status=302, Location=f"{self.server.address_of('forms', 'plain')}/p3/x"
                )
            case "status 401" | "status 500":
                self._send(body, status=int(name[-3:]))
            case "packed":
                self._send(body, Content_Encoding="gzip")
            case "endless":
                self._send(b" ")
                while True:
                    self.wfile.write(b" " * 65_536)
            case "drop by drop":
                self._send(b"")
                for at in range(len(body)):
                    self.wfile.write(body[at : at + 1].encode())
                    time.sleep(0.1)
            case _:
                self._send(body)


@contextmanager
def running(people=None) -> Iterator[PretendCas]:
    """In a thread of its own."""
    server = PretendCas(people or {})
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()
