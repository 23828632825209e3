"""The content of a web push, against the example of RFC 8291, and the key of the server."""

import os
import stat

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key

from notifications.channels import vapid
from notifications.channels.base64url import decoded, encoded
from notifications.channels.encryption import PADDED, encrypt, key_from

# Appendix A.
_KEY = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
_P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
_AUTH, _SALT = "BTBZMqHH6r4Tts7J_aSIgg", "DGv6ra1nlYgDCS1FRnbzlw"
_BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
    "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_it_is_that_of_the_rfc():
    key = derive_private_key(int.from_bytes(decoded(_KEY)), SECP256R1())
    body = encrypt(
        b"When I grow up, I want to be a watermelon",
        p256dh=decoded(_P256DH), auth=decoded(_AUTH), key=key, salt=decoded(_SALT), padded=0,
    )  # fmt: skip
    assert encoded(body) == _BODY


def test_all_contents_have_one_length():
    lengths = {len(encrypt(text, p256dh=decoded(_P256DH), auth=decoded(_AUTH))) for text in (b"1", b"1" * 200)}
    assert lengths == {16 + 4 + 1 + 65 + PADDED + 16}


def test_prepare_makes_a_key_once_that_only_its_account_reads(settings, tmp_path):
    settings.PUSH_KEY, settings.PUSH_KEY_FILE = "", tmp_path / "var" / "push.key"
    assert vapid.public_key() is None
    assert vapid.make_key()
    first = vapid.public_key()
    assert stat.S_IMODE(os.stat(settings.PUSH_KEY_FILE).st_mode) == 0o600
    assert not vapid.make_key()
    assert vapid.public_key() == first
    assert [path.name for path in settings.PUSH_KEY_FILE.parent.iterdir()] == ["push.key"]
    settings.PUSH_KEY = _KEY
    assert vapid.public_key() != first


def test_a_request_is_signed_for_its_service_alone(settings):
    settings.PUSH_KEY, settings.PUSH_CONTACT = _KEY, "mailto:no-reply@clinic.fr"
    scheme, _, token = vapid.authorization("https://fcm.googleapis.com/fcm/send/secret").partition(" t=")
    signed, _, key = token.partition(", k=")
    assert (scheme, key) == ("vapid", vapid.public_key())
    claims = jwt.decode(signed, key_from(decoded(key)), algorithms=["ES256"], audience="https://fcm.googleapis.com")
    assert claims["sub"] == "mailto:no-reply@clinic.fr"
    assert "secret" not in str(claims)
