"""The content of a web push, which its service cannot read (RFC 8291 and RFC 8188, one record)."""

import os

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

# All contents are padded to one length, which therefore tells nothing.
PADDED = 256
_RECORD = 4096
_LAST = b"\x02"


def encrypt(
    content: bytes,
    *,
    p256dh: bytes,
    auth: bytes,
    key: EllipticCurvePrivateKey | None = None,
    salt: bytes = b"",
    padded: int = PADDED,
) -> bytes:
    """The body of the request. `key` and `salt` are made anew for each, but in the tests with those of the RFC."""
    key, salt = key or generate_private_key(SECP256R1()), salt or os.urandom(16)
    ours = point_of(key.public_key())
    shared = key.exchange(ECDH(), key_from(p256dh))
    secret = _derive(shared, auth, b"WebPush: info\x00" + p256dh + ours, 32)
    cipher = AESGCM(_derive(secret, salt, b"Content-Encoding: aes128gcm\x00", 16))
    nonce = _derive(secret, salt, b"Content-Encoding: nonce\x00", 12)
    body = cipher.encrypt(nonce, (content + _LAST).ljust(padded, b"\x00"), None)
    return salt + _RECORD.to_bytes(4) + bytes([len(ours)]) + ours + body


def key_from(point: bytes) -> EllipticCurvePublicKey:
    """A public key of P-256; raises ValueError where it is none."""
    return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)


def point_of(key: EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)
