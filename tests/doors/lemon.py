"""LemonLDAP::NG (Debian 13): one portal that is a CAS 3 server, an OpenID provider and a SAML IdP,
started without a web server, LDAP or root. Its Debian packages: `.ci/run`.

CAS: `cas`. OpenID Connect: `issuer`, client "passerelle" with `SECRET`; `sub` is the attribute aaf.
SAML: `metadata`, where the portal was given ours. Whoever logs in writes the login twice.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import requests
from lxml import html

from tests.doors import free_port, missing, started

SECRET = "s" * 40
FILES = "Apache::Session::File"
SHARED = Path("/usr/share/lemonldap-ng/portal")
PSGI = """
use JSON; use Plack::App::File; use Plack::App::URLMap;
use Lemonldap::NG::Portal::UserDB::Demo; use Lemonldap::NG::Portal;
open my $f, '<', 'HOME/people.json'; local $/;
%Lemonldap::NG::Portal::UserDB::Demo::demoAccounts = %{ JSON->new->decode(<$f>) };
%Lemonldap::NG::Portal::UserDB::Demo::demoGroups = ();
my $all = Plack::App::URLMap->new;
$all->map('/static' => Plack::App::File->new(root => 'SHARED/htdocs/static')->to_app);
$all->map('/javascript' => Plack::App::File->new(root => '/usr/share/javascript')->to_app);
$all->map('/' => Lemonldap::NG::Portal->run(
    { configStorage => { confFile => 'HOME/lemon.ini' } }));
$all->to_app;
"""
INI = """[all]
logLevel = warn
useSafeJail = 0
[configuration]
type = File
dirName = HOME/conf
[portal]
staticPrefix = /static
templateDir = SHARED/templates
languages = en, fr
"""

# Each person's attributes; "; " stands between several values.
type People = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Lemon:
    address: str  # ends with a /

    @property
    def cas(self) -> str:
        return f"{self.address}cas"

    @property
    def issuer(self) -> str:
        return self.address

    @property
    def metadata(self) -> str:
        return f"{self.address}saml/metadata"

    def logs_in(self, start: str, who: str, browser: requests.Session | None = None) -> str:
        """The address to which the portal sends this person's browser back, which isn't followed."""
        return self._answer(start, who, browser or requests.Session()).headers["Location"]

    def posts(self, start: str, who: str, browser: requests.Session | None = None) -> dict:
        """The fields of the form by which the portal's page posts its SAML answer."""
        page = self._answer(start, who, browser or requests.Session())
        form = html.fromstring(page.text).forms[0]
        return dict(form.form_values())

    def _answer(self, start: str, who: str, browser: requests.Session) -> requests.Response:
        page = browser.get(start, timeout=30)
        form = html.fromstring(page.text).forms[0]
        fields = dict(form.form_values()) | {"user": who, "password": who}
        to = urljoin(page.url, form.action or "")
        answer = browser.post(to, fields, allow_redirects=False, timeout=30)
        while answer.headers.get("Location", "").startswith(self.address):
            answer = browser.get(answer.headers["Location"], allow_redirects=False, timeout=30)
        return answer


def _files(home: Path, name: str) -> dict:
    (home / name / "lock").mkdir(parents=True)
    generator = "Lemonldap::NG::Common::Apache::Session::Generate::SHA256"
    return {
        "Directory": f"{home}/{name}",
        "LockDirectory": f"{home}/{name}/lock",
        "generateModule": generator,
    }


def _portal(home: Path, address: str, names: list[str]) -> dict:
    return {
        "cfgNum": 1, "cfgDate": 1, "cfgAuthor": "test", "cfgVersion": "2.21.2",
        "portal": address, "domain": "127.0.0.1", "cookieName": "lemon", "securedCookie": 0,
        "key": "k" * 32, "authentication": "Demo", "userDB": "Same", "passwordDB": "Null",
        "registerDB": "Null", "demoExportedVars": {name: name for name in names},
        "exportedVars": {}, "macros": {}, "whatToTrace": "uid",
        "globalStorage": FILES, "globalStorageOptions": _files(home, "sessions"),
        "persistentStorage": FILES, "persistentStorageOptions": _files(home, "persistent"),
        "localSessionStorage": "", "locationRules": {}, "timeout": 7200, "requireToken": 0,
        "captcha_login_enabled": 0, "captcha_mail_enabled": 0, "captcha_register_enabled": 0,
        "portalDisplayRegister": 0, "portalDisplayResetPassword": 0, "portalCheckLogins": 0,
        "loginHistoryEnabled": 0, "skipRenewConfirmation": 1, "portalForceAuthnInterval": 2,
        "sameSite": "Lax",  # with SAML it would be None, which Chromium takes over https alone
    }  # fmt: skip


def _cas(sites: list[str], names: list[str]) -> dict:
    return {
        "issuerDBCASActivation": 1, "casAccessControlPolicy": "error", "casStrictMatching": 1,
        "casTicketExpiration": 60, "casBackChannelSingleLogout": 1,
        "casAppMetaDataOptions": {
            "passerelle": {
                "casAppMetaDataOptionsService": " ".join(f"{site}/" for site in sites),
                "casAppMetaDataOptionsUserAttribute": "uid",
                "casAppMetaDataOptionsLogout": 1, "casAppMetaDataOptionsAllowProxy": 0,
            }
        },
        "casAppMetaDataExportedVars": {"passerelle": {name: name for name in names}},
    }  # fmt: skip


def _oidc(sites: list[str], slug: str, key: str, certificate: str) -> dict:
    option = "oidcRPMetaDataOptions"
    return {
        "issuerDBOpenIDConnectActivation": 1, "oidcServicePrivateKeySig": key,
        "oidcServicePublicKeySig": certificate, "oidcServiceKeyIdSig": "k1",
        "oidcServiceAllowAuthorizationCodeFlow": 1,
        option: {
            "passerelle": {
                f"{option}ClientID": "passerelle", f"{option}ClientSecret": SECRET,
                f"{option}UserIDAttr": "aaf", f"{option}IDTokenSignAlg": "RS256",
                f"{option}RedirectUris": " ".join(f"{site}/signin/{slug}/back/" for site in sites),
                f"{option}PostLogoutRedirectUris": " ".join(f"{site}/" for site in sites),
                f"{option}BypassConsent": 1, f"{option}RequirePKCE": 1,
                f"{option}LogoutUrl": f"{sites[0]}/signin/{slug}/logout/",
                f"{option}LogoutType": "back", f"{option}LogoutSessionRequired": 1,
                f"{option}IDTokenExpiration": 600, f"{option}AccessTokenExpiration": 600,
            }
        },
        "oidcRPMetaDataExportedVars": {"passerelle": {"name": "cn"}},
    }  # fmt: skip


def _saml(home: Path, address: str, ours: str, names: list[str], key: str, crt: str) -> dict:
    option, basic = "samlSPMetaDataOptions", "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
    return {
        "issuerDBSAMLActivation": 1, "samlEntityID": f"{address}saml/metadata",
        "samlServicePrivateKeySig": key, "samlServicePublicKeySig": crt,
        "samlServiceSignatureMethod": "RSA_SHA256",
        "samlStorage": FILES, "samlStorageOptions": _files(home, "saml"),
        "samlSPMetaDataXML": {"passerelle": {"samlSPMetaDataXML": ours}},
        option: {
            "passerelle": {
                f"{option}NameIDFormat": "persistent", f"{option}SignSSOMessage": 1,
                f"{option}CheckSSOMessageSignature": 1,
            }
        },
        "samlSPMetaDataExportedAttributes": {
            "passerelle": {name: f"1;{name};{basic};{name}" for name in names}
        },
    }  # fmt: skip


def _key(home: Path) -> tuple[str, str]:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj",
         "/CN=lemon", "-keyout", home / "key.pem", "-out", home / "crt.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    return (home / "key.pem").read_text(), (home / "crt.pem").read_text()


@contextmanager
def running(
    home: Path, sites: list[str], people: People, *, slug: str = "ent", saml: str = ""
) -> Iterator[Lemon]:
    """`sites`: our addresses, the first gets logouts. `slug`: of the provider's row. `saml`: our own
    metadata, XML.
    """
    if not (SHARED.exists() and shutil.which("plackup")):
        missing("LemonLDAP::NG is missing (Debian packages: .ci/run)")
    port = free_port()
    lemon = Lemon(f"http://127.0.0.1:{port}/")
    names = sorted({name for person in people.values() for name in person} | {"uid"})
    key, certificate = _key(home)
    settings = (
        _portal(home, lemon.address, names)
        | _cas(sites, names)
        | _oidc(sites, slug, key, certificate)
        | (_saml(home, lemon.address, saml, names, key, certificate) if saml else {})
    )
    accounts = {
        who: {"uid": who, "cn": who, "mail": f"{who}@example.org", **more}
        for who, more in people.items()
    }
    (home / "conf").mkdir()
    (home / "conf/lmConf-1.json").write_text(json.dumps(settings))
    (home / "people.json").write_text(json.dumps(accounts, ensure_ascii=False))
    for name, text in (("lemon.psgi", PSGI), ("lemon.ini", INI)):
        (home / name).write_text(text.replace("HOME", str(home)).replace("SHARED", str(SHARED)))
    command = [
        "plackup", "-s", "HTTP::Server::PSGI", "-E", "deployment",
        "--host", "127.0.0.1", "-p", str(port), str(home / "lemon.psgi"),
    ]  # fmt: skip
    with started(command, f"{lemon.cas}/login", home / "log"):
        yield lemon
