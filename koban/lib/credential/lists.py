"""Status lists as signed credentials of their own."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from koban.lib.credential.keys import PublicKey, SecretKey
from koban.lib.credential.status import StatusList, encoded
from koban.lib.credential.token import CONTEXTS, Unproven, canonical, instant, moment, sign_payload, verified


def sign_list(
    url: str, purpose: str, indexes: Iterable[int], *, at: datetime, until: datetime, key: SecretKey
) -> str:
    """The list at `url` with the bits at `indexes` set, good from `at` to `until`."""
    told = {
        "@context": CONTEXTS[:1],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": key.public.did,
        "validFrom": instant(at),
        "validUntil": instant(until),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encoded(indexes),
        },
    }
    return sign_payload(canonical(told), key)


def read_list(token: str, keys: Sequence[PublicKey]) -> tuple[StatusList, datetime]:
    """A list of a known key, and until when it is good. Raises Unproven."""
    told = verified(token.strip(), keys)
    try:
        return StatusList.from_json(told), moment(told["validUntil"])
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise Unproven("broken") from wrong
