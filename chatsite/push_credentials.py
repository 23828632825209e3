"""The keys with which this server tells the apps of a practice: what Google and Apple gave to the apps' owner."""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

# It is part of an address.
_PROJECT = re.compile(r"[a-z0-9][a-z0-9.:-]*")
_ID = re.compile(r"[A-Z0-9]{10}")
_TOPIC = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """Of Google, with the right to send by FCM."""

    project: str
    email: str
    key_id: str
    key: RSAPrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class ApnsKey:
    """Of Apple; the topic is the bundle id of the app."""

    key_id: str
    team_id: str
    topic: str
    key: EllipticCurvePrivateKey = field(repr=False)


def service_account(value: str) -> ServiceAccount:
    """Read the JSON of Google's console, or the file that has it. Raises OSError, TypeError or ValueError."""
    said = json.loads(_text(value))
    if not isinstance(said, dict) or said.get("type") != "service_account":
        raise ValueError
    texts = [said.get(name) for name in ("project_id", "client_email", "private_key_id", "private_key")]
    project, email, key_id, pem = (text if isinstance(text, str) else "" for text in texts)
    key = _key(pem)
    if not _PROJECT.fullmatch(project) or not email or not key_id or not isinstance(key, RSAPrivateKey):
        raise ValueError
    return ServiceAccount(project, email, key_id, key)


def signing_key(value: str) -> EllipticCurvePrivateKey:
    """Read the .p8 of Apple, or the file that has it. Raises OSError, TypeError or ValueError."""
    key = _key(_text(value).replace("\\n", "\n"))
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise ValueError
    return key


def ten_signs(value: str) -> str:
    """The id of a key or a team, as Apple writes it. Raises ValueError."""
    if not _ID.fullmatch(value):
        raise ValueError
    return value


def topic(value: str) -> str:
    """The bundle id of an app. Raises ValueError."""
    if not _TOPIC.fullmatch(value):
        raise ValueError
    return value


def _text(value: str) -> str:
    return value if value.startswith(("{", "-----BEGIN ")) else Path(value).read_text()


def _key(pem: str) -> object:
    try:
        return load_pem_private_key(pem.encode(), None)
    except UnsupportedAlgorithm:
        raise ValueError from None
