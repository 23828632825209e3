"""Stand-ins of APNs and of FCM's HTTP v1: they check what the real ones check, and answer as they are told to."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from chatsite.push_credentials import ApnsKey, ServiceAccount, service_account
from chatsite.testing.http2_service import Http2Service, Reply, Request

_EC_KEY = generate_private_key(SECP256R1())
_RSA_KEY = generate_rsa_key(65_537, 2048)


def pem(key: object = _EC_KEY) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()  # type: ignore[attr-defined]


APNS_KEY = ApnsKey("KEY4567890", "TEAM567890", "org.example.chat", _EC_KEY)
FCM_JSON = {
    "type": "service_account",
    "project_id": "practice-1",
    "client_email": "push@practice-1.iam.gserviceaccount.com",
    "private_key_id": "f00d",
    "private_key": pem(_RSA_KEY),
}
FCM_ACCOUNT: ServiceAccount = service_account(json.dumps(FCM_JSON))


class _Service(Http2Service):
    """`answers` has the next replies, by the token of a device. Without any, all is well."""

    def __init__(self, folder: Path, clock: Callable[[], float]) -> None:
        super().__init__(folder)
        self.clock = clock
        self.answers: dict[str, list[Reply]] = {}

    def _told(self, token: str) -> Reply:
        replies = self.answers.get(token)
        return replies.pop(0) if replies else Reply()


class ApnsService(_Service):
    """`oldest` is the age of a token, in seconds, that is not accepted any more."""

    oldest = 3600

    def answer(self, request: Request) -> Reply:
        headers = request.headers
        token = headers["authorization"].removeprefix("bearer ")
        assert jwt.get_unverified_header(token)["kid"] == APNS_KEY.key_id
        claims = jwt.decode(token, _EC_KEY.public_key(), algorithms=["ES256"], options={"verify_iat": False})
        if claims["iss"] != APNS_KEY.team_id:
            return Reply(403, {"reason": "InvalidProviderToken"})
        if self.clock() - claims["iat"] >= self.oldest:
            return Reply(403, {"reason": "ExpiredProviderToken"})
        if headers.get("apns-topic") != APNS_KEY.topic:
            return Reply(400, {"reason": "TopicDisallowed"})
        if not (found := re.fullmatch("/3/device/([0-9a-f]{32,200})", request.path)):
            return Reply(404, {"reason": "BadPath"})
        aps = request.json["aps"]
        assert headers["apns-push-type"] in ("alert", "background")
        if headers["apns-push-type"] == "background":
            assert headers["apns-priority"] == "5"
            assert not aps.keys() & {"alert", "badge", "sound"}
        assert headers["apns-priority"] in ("5", "10")
        assert len(headers.get("apns-collapse-id", "")) <= 64
        assert len(request.body) <= 4096
        return self._told(found[1])


class FcmService(_Service):
    """Gives access tokens, of which `valid` are accepted."""

    def __init__(self, folder: Path, clock: Callable[[], float]) -> None:
        super().__init__(folder, clock)
        self.valid: set[str] = set()
        self.given = 0
        self.token_answers: list[Reply] = []

    @property
    def token_url(self) -> str:
        return f"{self.url}/token"

    def answer(self, request: Request) -> Reply:
        if request.path == "/token":
            return self._give(request)
        if request.headers["authorization"].removeprefix("Bearer ") not in self.valid:
            return Reply(401, {"error": {"code": 401, "status": "UNAUTHENTICATED"}})
        assert request.path == "/v1/projects/practice-1/messages:send"
        message = request.json["message"]
        assert all(isinstance(value, str) for value in message["data"].values())
        assert message["android"]["priority"] in ("NORMAL", "HIGH")
        assert re.fullmatch("[0-9]+s", message["android"]["ttl"])
        return self._told(message["token"])

    def _give(self, request: Request) -> Reply:
        if self.token_answers:
            return self.token_answers.pop(0)
        assertion = re.search(rb"&assertion=([A-Za-z0-9_.-]+)$", request.body)
        assert assertion
        claims = jwt.decode(
            assertion[1], _RSA_KEY.public_key(), algorithms=["RS256"], audience=self.token_url,
            options={"verify_iat": False, "verify_exp": False},
        )  # fmt: skip
        assert (claims["iss"], claims["exp"] - claims["iat"]) == (FCM_JSON["client_email"], 3600)
        assert claims["scope"].endswith("/auth/firebase.messaging")
        self.given += 1
        self.valid.add(f"access-{self.given}")
        return Reply(200, {"access_token": f"access-{self.given}", "expires_in": 3599, "token_type": "Bearer"})


def fcm_error(status: int, code: str) -> Reply:
    """As FCM words it, with the token of the device."""
    detail = {"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code}
    return Reply(status, {"error": {"code": status, "message": "The token s3cret-device", "details": [detail]}})
