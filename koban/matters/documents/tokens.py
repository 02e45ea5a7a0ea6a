"""The signed credential of a certificate, as it was issued: for printing the paper again, never for reading a person."""

from koban.kernel.stations import vault
from koban.matters.documents.models import Certificate


def token_of(certificate: Certificate) -> str:
    """The token. It discloses what the printed code discloses."""
    return vault.unseal(certificate, "sealed_token")
