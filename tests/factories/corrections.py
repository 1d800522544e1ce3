"""A certificate's correction is asked for and answered."""

from training.models import CertificateRequest
from training.services import certificate_corrections as corrections
from training.values import CertificateChange


def asked_for(certificate, **change) -> CertificateRequest:
    return corrections.ask(
        certificate=certificate,
        change=CertificateChange(**change),
        reason="I use this name since July.",
    )


def shown(client, address, **headers) -> str:
    answer = client.get(address, headers={"accept-language": "en", **headers})
    return answer.content.decode().replace("\xa0", " ")


def public_page(client, certificate) -> str:
    client.logout()
    return shown(client, f"/verify/{certificate.code}/")
