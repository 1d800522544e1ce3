"""What somebody makes of an answer that the provider did sign, to be read as another person, and what
they send to make reading it costly. Each function takes the XML and gives that of the forgery.

XSW 1 to 8: signature wrapping, numbered as in "On Breaking SAML" (Somorovsky et al., 2012).
"""

import copy
import re
from collections.abc import Callable

from lxml import etree

from tests.factories.saml_idp import DS, EXCLUSIVE, SAML, says

SIGNATURE = f"{{{DS}}}Signature"
RESPONSE = f"{{{SAML}:protocol}}Response"
ASSERTION = f"{{{SAML}:assertion}}Assertion"
NAME_ID = f"{{{SAML}:assertion}}NameID"
VALUE = f"{{{SAML}:assertion}}AttributeValue"


def _parts(xml: str) -> tuple[etree._Element, etree._Element]:
    root = etree.fromstring(xml.encode())
    return root, root.find(ASSERTION)


def _evil(node: etree._Element, *, same_id: bool = False, keeps_signature: bool = False):
    """A copy that names another person."""
    evil = copy.deepcopy(node)
    for one in evil.iter(RESPONSE, ASSERTION):
        one.set("ID", one.get("ID") if same_id else f"{one.get('ID')}-evil")
    for name in evil.iter(NAME_ID):
        name.text = "chief"
    for value in evil.iter(VALUE):
        value.text = "2000002"
    return evil if keeps_signature else _unsigned(evil)


def _text(root: etree._Element) -> str:
    return etree.tostring(root, encoding="unicode")


def _unsigned(node: etree._Element) -> etree._Element:
    bare = copy.deepcopy(node)
    for signature in bare.findall(SIGNATURE):
        bare.remove(signature)
    return bare


def xsw_1(xml: str) -> str:
    """The signed Response stands in the signature of a Response that is read."""
    root = etree.fromstring(xml.encode())
    evil = _evil(root, keeps_signature=True)
    evil.find(SIGNATURE).append(_unsigned(root))
    return _text(evil)


def xsw_2(xml: str) -> str:
    """It stands before the signature."""
    root = etree.fromstring(xml.encode())
    evil = _evil(root, keeps_signature=True)
    evil.find(SIGNATURE).addprevious(_unsigned(root))
    return _text(evil)


def xsw_3(xml: str) -> str:
    """Another assertion before the signed one."""
    root, signed = _parts(xml)
    signed.addprevious(_evil(signed))
    return _text(root)


def xsw_4(xml: str) -> str:
    """The signed assertion within another."""
    root, signed = _parts(xml)
    evil = _evil(signed)
    root.replace(signed, evil)
    evil.append(signed)
    return _text(root)


def xsw_5(xml: str) -> str:
    """The signature in another assertion, the signed one at the end."""
    root, signed = _parts(xml)
    root.replace(signed, _evil(signed, keeps_signature=True))
    root.append(_unsigned(signed))
    return _text(root)


def xsw_6(xml: str) -> str:
    """The signed assertion in the signature of another."""
    root, signed = _parts(xml)
    evil = _evil(signed, keeps_signature=True)
    root.replace(signed, evil)
    evil.find(SIGNATURE).append(_unsigned(signed))
    return _text(root)


def xsw_7(xml: str) -> str:
    """Another assertion of the same ID in Extensions."""
    root, signed = _parts(xml)
    extensions = etree.Element(f"{{{SAML}:protocol}}Extensions")
    extensions.append(_evil(signed, same_id=True))
    signed.addprevious(extensions)
    return _text(root)


def xsw_8(xml: str) -> str:
    """The signed assertion in an Object of the signature of another of the same ID."""
    root, signed = _parts(xml)
    evil = _evil(signed, same_id=True, keeps_signature=True)
    root.replace(signed, evil)
    etree.SubElement(evil.find(SIGNATURE), f"{{{DS}}}Object").append(_unsigned(signed))
    return _text(root)


def in_advice(xml: str) -> str:
    root, signed = _parts(xml)
    advice = etree.SubElement(signed, f"{{{SAML}:assertion}}Advice")
    advice.append(_evil(signed))
    return _text(root)


def in_status(xml: str) -> str:
    root, signed = _parts(xml)
    detail = etree.SubElement(
        root.find(f"{{{SAML}:protocol}}Status"), f"{{{SAML}:protocol}}StatusDetail"
    )
    detail.append(_evil(signed))
    return _text(root)


def beside_encrypted(xml: str) -> str:
    root = etree.fromstring(xml.encode())
    root.append(_evil(etree.fromstring(says(signed="neither").xml()).find(ASSERTION)))
    return _text(root)


def moved_encrypted(xml: str) -> str:
    """pysaml2 reads encrypted assertions in Advice, too."""
    root = etree.fromstring(xml.encode())
    moved = root.find(f"{{{SAML}:assertion}}EncryptedAssertion")
    etree.SubElement(root, f"{{{SAML}:protocol}}Extensions").append(moved)
    return _text(root)


def xml_id(xml: str) -> str:
    """libxml2 takes xml:id for an ID: the signature would be over another element."""
    root, _signed = _parts(xml)
    etree.SubElement(root, f"{{{SAML}:protocol}}Extensions").set(
        "{http://www.w3.org/XML/1998/namespace}id", "_other"
    )
    return _text(root)


def two_ids(xml: str) -> str:
    root, signed = _parts(xml)
    etree.SubElement(root, f"{{{SAML}:protocol}}Extensions").set("Id", signed.get("ID"))
    return _text(root)


def moved_signature(xml: str) -> str:
    root, signed = _parts(xml)
    signature = signed.find(SIGNATURE)
    signed.find(f"{{{SAML}:assertion}}Subject").append(signature)
    return _text(root)


def two_signatures(xml: str) -> str:
    root, signed = _parts(xml)
    signature = signed.find(SIGNATURE)
    signature.addnext(copy.deepcopy(signature))
    return _text(root)


def over_everything(xml: str) -> str:
    return xml.replace('URI="#_assertion"', 'URI=""')


def over_a_file(xml: str) -> str:
    return xml.replace('URI="#_assertion"', 'URI="file:///etc/hostname"')


def two_references(xml: str) -> str:
    root, _signed = _parts(xml)
    reference = next(root.iter(f"{{{DS}}}Reference"))
    reference.addnext(copy.deepcopy(reference))
    return _text(root)


def altered(xml: str) -> str:
    return xml.replace("1000001", "2000002")


def comment(xml: str) -> str:
    """Outside the signature: it is over the text without comments."""
    return xml.replace(">1000001<", ">1000001<!-- -->2<")


def instruction(xml: str) -> str:
    return xml.replace(">lea<", "><?x?>lea<")


def cdata(xml: str) -> str:
    return xml.replace(">1000001<", "><![CDATA[1000001]]><")


DTD = '<!DOCTYPE x [<!ENTITY a "2000002">]>'
LAUGHS = "<!DOCTYPE x [" + '<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
) + "]>"  # fmt: skip


def dtd(xml: str) -> str:
    return DTD + xml.replace("1000001", "&a;")


def laughs(xml: str) -> str:
    return LAUGHS + xml.replace("1000001", "&a9;")


def outer_entity(xml: str) -> str:
    return '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + xml.replace("lea", "&a;")


def xslt(xml: str) -> str:
    return xml.replace(
        f'<ds:Transform Algorithm="{EXCLUSIVE}"/>',
        '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/>',
    )


def with_comments(xml: str) -> str:
    return xml.replace(EXCLUSIVE, f"{EXCLUSIVE}WithComments")


def info_with_comments(xml: str) -> str:
    return xml.replace(
        f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"',
        f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}WithComments"',
    )


def with_object(xml: str) -> str:
    return xml.replace("</ds:Signature>", "<ds:Object>x</ds:Object></ds:Signature>")


def with_manifest(xml: str) -> str:
    return xml.replace("<ds:X509Data>", "<ds:Manifest/><ds:X509Data>")


def data_by_address(xml: str) -> str:
    return xml.replace(
        "</xenc:EncryptedKey>",
        '<xenc:ReferenceList><xenc:DataReference URI="http://127.0.0.1:9/"/></xenc:ReferenceList>'
        "</xenc:EncryptedKey>",
    )


def hmac(xml: str) -> str:
    """The certificate, which everybody knows, taken for the secret."""
    return re.sub(r"xmldsig-more#rsa-sha256", "xmldsig-more#hmac-sha256", xml)


def key_by_address(xml: str) -> str:
    return xml.replace(
        "<ds:KeyInfo>", '<ds:KeyInfo><ds:RetrievalMethod URI="http://127.0.0.1:9/key"/>', 1
    )


def cipher_by_address(xml: str) -> str:
    return re.sub(
        r"<xenc:CipherValue>[^<]*</xenc:CipherValue>(?=</xenc:CipherData></xenc:EncryptedData>)",
        '<xenc:CipherReference URI="http://127.0.0.1:9/x"/>',
        xml,
    )


def pkcs_1_5(xml: str) -> str:
    return xml.replace("rsa-oaep-mgf1p", "rsa-1_5")


def encrypted_name(xml: str) -> str:
    return xml.replace(
        "</saml:NameID>",
        "</saml:NameID><saml:EncryptedID><xenc:EncryptedData"
        ' xmlns:xenc="http://www.w3.org/2001/04/xmlenc#"/></saml:EncryptedID>',
    )


def another_root(xml: str) -> str:
    return xml.replace("samlp:Response", "samlp:ArtifactResponse")


def no_assertion(xml: str) -> str:
    root, signed = _parts(xml)
    root.remove(signed)
    return _text(root)


def too_long(xml: str) -> str:
    return xml + " " * 300_001


def cut(xml: str) -> str:
    return xml[:-20]


# What the forger does, with which answer, and what the gate calls it.
FORGERIES: dict[str, tuple[Callable[[str], str], dict, str]] = {
    "XSW 1": (xsw_1, {"signed": "response"}, "number of assertions"),
    "XSW 2": (xsw_2, {"signed": "response"}, "number of assertions"),
    "XSW 3": (xsw_3, {}, "number of assertions"),
    "XSW 4": (xsw_4, {}, "number of assertions"),
    "XSW 5": (xsw_5, {}, "number of assertions"),
    "XSW 6": (xsw_6, {}, "number of assertions"),
    "XSW 7": (xsw_7, {}, "ID"),
    "XSW 8": (xsw_8, {}, "ID"),
    "an assertion in Advice": (in_advice, {}, "number of assertions"),
    "an assertion in StatusDetail": (in_status, {}, "number of assertions"),
    "an assertion beside an encrypted one": (
        beside_encrypted,
        {"encrypted_for": "sp", "assertion_id": "_encrypted"},
        "place of the assertion",
    ),
    "an encrypted assertion elsewhere": (
        moved_encrypted,
        {"encrypted_for": "sp"},
        "place of the assertion",
    ),
    "xml:id": (xml_id, {}, "ID"),
    "an ID twice": (two_ids, {}, "ID"),
    "a moved signature": (moved_signature, {}, "place of a signature"),
    "two signatures": (two_signatures, {}, "number of signatures"),
    "a signature over everything": (over_everything, {}, "what a signature is over"),
    "a signature over a file": (over_a_file, {}, "what a signature is over"),
    "two references": (two_references, {}, "what a signature is over"),
    "a comment": (comment, {}, "DTD, comment or instruction"),
    "an instruction": (instruction, {}, "DTD, comment or instruction"),
    "CDATA": (cdata, {}, "DTD, comment or instruction"),
    "a DTD": (dtd, {}, "DTD, comment or instruction"),
    "entities without end": (laughs, {}, "DTD, comment or instruction"),
    "an outer entity": (outer_entity, {}, "DTD, comment or instruction"),
    "XSLT": (xslt, {}, "Transform"),
    "comments signed": (with_comments, {}, "Transform"),
    "comments signed in the list": (info_with_comments, {}, "CanonicalizationMethod"),
    "an Object": (with_object, {}, "Object"),
    "a Manifest": (with_manifest, {}, "Manifest"),
    "data by address": (data_by_address, {"encrypted_for": "sp"}, "DataReference"),
    "HMAC": (hmac, {}, "SignatureMethod"),
    "a key by address": (key_by_address, {}, "RetrievalMethod"),
    "a cipher by address": (cipher_by_address, {"encrypted_for": "sp"}, "CipherReference"),
    "PKCS 1.5": (pkcs_1_5, {"encrypted_for": "sp"}, "EncryptionMethod"),
    "an encrypted name": (encrypted_name, {}, "place of EncryptedData"),
    "another root": (another_root, {}, "root"),
    "no assertion": (no_assertion, {}, "number of assertions"),
    "too long": (too_long, {}, "length"),
    "cut off": (cut, {}, "XML"),
}
