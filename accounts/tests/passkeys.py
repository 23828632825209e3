"""A passkey of the tests, as a phone keeps one: it signs what a browser sends it."""

from hashlib import sha256
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from accounts.models import User

HOST = "testserver"
# JSON, and no answer of a passkey.
NONSENSE = "{}"
FLAG = AuthenticatorData.FLAG


class Passkey:
    """One of a person, at this host. `touched` alone: the device did not ask who it is."""

    def __init__(self, user: User, host: str = HOST) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.host = host
        public = ES256.from_cryptography_key(self.key.public_key())
        self.credential = AttestedCredentialData.create(
            Aaguid(b"\0" * 16), sha256(str(id(self)).encode()).digest(), public
        )
        made = AuthenticatorData.create(self._host_digest(host), FLAG.UP | FLAG.UV | FLAG.AT, 0, self.credential)
        response = {
            "clientDataJSON": websafe_encode(self._client_data("webauthn.create", "AAAA", host)),
            "attestationObject": websafe_encode(AttestationObject.create("none", made, {})),
        }
        made_of = self._answer(response) | {"clientExtensionResults": {"credProps": {"rk": True}}}
        data = {"name": "Phone", "credential": made_of}
        self.row = Authenticator.objects.create(user=user, type="webauthn", data=data)

    def answer(
        self, options: dict[str, Any], *, origin: str = "", kind: str = "webauthn.get", touched: bool = False
    ) -> dict[str, Any]:
        """What a browser sends to the server after it was asked by these options."""
        flags = FLAG.UP if touched else FLAG.UP | FLAG.UV
        data = AuthenticatorData.create(self._host_digest(self.host), flags, 1)
        client_data = self._client_data(kind, options["publicKey"]["challenge"], origin or self.host)
        signature = self.key.sign(data + sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": websafe_encode(client_data),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
            }
        )

    def _answer(self, response: dict[str, Any]) -> dict[str, Any]:
        name = websafe_encode(self.credential.credential_id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}

    @staticmethod
    def _host_digest(host: str) -> bytes:
        return sha256(host.encode()).digest()

    @staticmethod
    def _client_data(kind: str, challenge: str, host: str) -> bytes:
        return bytes(CollectedClientData.create(kind, websafe_decode(challenge), f"https://{host}"))
