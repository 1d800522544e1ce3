"""What a SAML document may hold, looked at before any cryptography and before pysaml2.

A signature is only worth something where it covers what is read afterwards, in an algorithm that
holds, and where reading it neither fetches nor computes without end. See the attacks in "On
Breaking SAML" (Somorovsky et al., 2012) and XML Signature Best Practices (W3C, 2013).
"""

import base64
import binascii
import zlib

from lxml import etree

from courses.signin.exceptions import DocumentRefused

PROTOCOL = "{urn:oasis:names:tc:SAML:2.0:protocol}"
ASSERTION = "{urn:oasis:names:tc:SAML:2.0:assertion}"
DS, XENC = "http://www.w3.org/2000/09/xmldsig#", "http://www.w3.org/2001/04/xmlenc#"
MORE, XENC11 = "http://www.w3.org/2001/04/xmldsig-more#", "http://www.w3.org/2009/xmlenc11#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"

LONGEST = 300_000  # bytes of a document
ENCODINGS = {"UTF-8", "US-ASCII"}
RSA_SHA256 = f"{MORE}rsa-sha256"
DIGESTS = {f"{XENC}sha256", f"{MORE}sha384", f"{XENC}sha512"}
SIGNATURES = {RSA_SHA256, f"{MORE}rsa-sha384", f"{MORE}rsa-sha512", f"{MORE}ecdsa-sha256"}
# OAEP alone for the key: with PKCS 1.5 our answers could tell it (Bleichenbacher).
CIPHERS = {
    f"{XENC}aes128-cbc",
    f"{XENC}aes256-cbc",
    f"{XENC}tripledes-cbc",
    f"{XENC11}aes128-gcm",
    f"{XENC11}aes256-gcm",
    f"{XENC}rsa-oaep-mgf1p",
    f"{XENC11}rsa-oaep",
}
ALLOWED = {
    f"{{{DS}}}Transform": {f"{DS}enveloped-signature", EXCLUSIVE},
    f"{{{DS}}}CanonicalizationMethod": {EXCLUSIVE},
    f"{{{DS}}}DigestMethod": DIGESTS,
    f"{{{DS}}}SignatureMethod": SIGNATURES,
    f"{{{XENC}}}EncryptionMethod": CIPHERS,
}
# What may carry unsigned data, or an address to fetch.
NEVER = [f"{{{DS}}}Object", f"{{{DS}}}Manifest", f"{{{XENC}}}CipherReference"]


def parsed(xml: bytes) -> etree._Element:
    """The root of a document without DTD, comment, CDATA or instruction, in UTF-8."""
    if len(xml) > LONGEST:
        raise DocumentRefused(what="length")
    if b"<!" in xml or b"<?" in xml.lstrip()[5:] or b"\0" in xml:
        raise DocumentRefused(what="DTD, comment or instruction")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as fault:
        raise DocumentRefused(what="XML") from fault
    if (root.getroottree().docinfo.encoding or "UTF-8").upper() not in ENCODINGS:
        raise DocumentRefused(what="encoding")
    return root


def answer(field: str) -> bytes:
    """The XML of the form field `SAMLResponse`, if it is built so that it may be read."""
    try:
        xml = base64.b64decode("".join(field.split()), validate=True)
    except (ValueError, binascii.Error) as fault:
        raise DocumentRefused(what="base64") from fault
    check(parsed(xml))
    return xml


def check(root: etree._Element) -> None:
    """A Response that holds one assertion, and nothing that could be read in its place."""
    if root.tag != f"{PROTOCOL}Response":
        raise DocumentRefused(what="root")
    _check_algorithms(root)
    _check_ids(root)
    _check_place_of_assertion(root)
    _check_signatures(root)
    _check_encryption(root)
    for name in NEVER:
        if next(root.iter(name), None) is not None:
            raise DocumentRefused(what=etree.QName(name).localname)


def _check_algorithms(root: etree._Element) -> None:
    for name, allowed in ALLOWED.items():
        for node in root.iter(name):
            # The digest of OAEP may be SHA-1: nothing rests on its collisions.
            is_of_oaep = node.getparent().tag == f"{{{XENC}}}EncryptionMethod"
            if node.get("Algorithm") not in allowed and not is_of_oaep:
                raise DocumentRefused(what=etree.QName(name).localname)


def _check_ids(root: etree._Element) -> None:
    """Each ID once, whatever a library takes for an ID. libxml2 takes xml:id for one by itself."""
    ids = [
        value
        for node in root.iter()
        for name, value in node.items()
        if etree.QName(name).localname.lower() == "id"
    ]
    if len(ids) != len(set(ids)) or any(node.get(XML_ID) is not None for node in root.iter()):
        raise DocumentRefused(what="ID")


def _check_place_of_assertion(root: etree._Element) -> None:
    """One, under the Response; encrypted: one under the one EncryptedAssertion, at most."""
    outer = [*root.iter(f"{ASSERTION}EncryptedAssertion")]
    inner = [*root.iter(f"{ASSERTION}Assertion")]
    if len(outer) > 1 or len(inner) > 1 or not outer + inner:
        raise DocumentRefused(what="number of assertions")
    if outer and outer[0].getparent() is not root:
        raise DocumentRefused(what="place of the assertion")
    if inner and inner[0].getparent() is not (outer[0] if outer else root):
        raise DocumentRefused(what="place of the assertion")


def _check_signatures(root: etree._Element) -> None:
    """Each within what it signs, the Response or the assertion, and over that alone."""
    for signature in root.iter(f"{{{DS}}}Signature"):
        signed = signature.getparent()
        if signed is None or signed.tag not in (f"{PROTOCOL}Response", f"{ASSERTION}Assertion"):
            raise DocumentRefused(what="place of a signature")
        if len(signed.findall(f"{{{DS}}}Signature")) != 1:
            raise DocumentRefused(what="number of signatures")
        references = [*signature.iter(f"{{{DS}}}Reference")]
        if [one.get("URI") for one in references] != [f"#{signed.get('ID')}"]:
            raise DocumentRefused(what="what a signature is over")


def _check_encryption(root: etree._Element) -> None:
    """The assertion as a whole or nothing: a part of it would be decrypted after this look."""
    for node in root.iter(f"{{{XENC}}}EncryptedData"):
        if node.getparent().tag != f"{ASSERTION}EncryptedAssertion":
            raise DocumentRefused(what="place of EncryptedData")
    for name in (f"{{{DS}}}RetrievalMethod", f"{{{XENC}}}DataReference"):
        if any(not node.get("URI", "").startswith("#") for node in root.iter(name)):
            raise DocumentRefused(what=etree.QName(name).localname)


def inflated(field: str) -> bytes:
    """The XML of a query's `SAMLRequest` (redirect binding), cut off at `LONGEST`."""
    try:
        return zlib.decompressobj(-15).decompress(base64.b64decode(field, validate=True), LONGEST)
    except (ValueError, binascii.Error, zlib.error) as fault:
        raise DocumentRefused(what="DEFLATE") from fault
