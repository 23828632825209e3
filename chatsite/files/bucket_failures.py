"""What an error of an object store means to whoever runs the chat: a sentence and a remedy."""

from typing import NamedTuple

from django.conf import settings


class Meaning(NamedTuple):
    sentence: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.sentence} {self.remedy}"


INSTALL = "Install its package: run bin/setup with these settings, as root (requirements/s3.txt)."
_ACCESS = "S3_ACCESS_KEY and S3_SECRET_KEY are wrong, or may not use the bucket: correct them, or give them the right."
_REGION = "It is in another region: correct S3_REGION."
# What a store answers, by its code.
_REMEDIES = {
    "NoSuchBucket": "There is no such bucket: make it, or correct the address.",
    "RequestTimeTooSkewed": "The clock of this machine is wrong: correct it.",
    **dict.fromkeys(["PermanentRedirect", "301", "AuthorizationHeaderMalformed"], _REGION),
    **dict.fromkeys(["AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "403"], _ACCESS),
}
_UNREACHED = Meaning("The bucket cannot be reached.", "Is S3_ENDPOINT_URL right, and does its server answer?")
_NO_ACCOUNT = Meaning("No account of the bucket is set.", "Set S3_ACCESS_KEY and S3_SECRET_KEY.")
_NO_ADDRESS = Meaning("S3_ENDPOINT_URL is no address.", "Write https://host, or leave it out for Amazon's.")
_NO_REGION = Meaning("S3_REGION is no name of a region.", "Write it as the provider does, such as eu-west-3.")
# What its library raises by itself.
_MEANINGS = {
    **dict.fromkeys(["NoCredentialsError", "PartialCredentialsError"], _NO_ACCOUNT),
    "ParamValidationError": Meaning("No bucket can have that name.", "Write small letters, digits, dots and hyphens."),
    **dict.fromkeys(["EndpointConnectionError", "ConnectTimeoutError", "ConnectionClosedError"], _UNREACHED),
    **dict.fromkeys(["ReadTimeoutError", "SSLError"], _UNREACHED),
    "EndpointResolutionError": _NO_ADDRESS,
    "InvalidRegionError": _NO_REGION,
}
_LIBRARIES = {"boto3", "botocore", "s3transfer", "urllib3"}


def half_account() -> Meaning | None:
    """What is wrong with the account, of the uploads or of backups alone, before any bucket is asked."""
    given = {"S3_ACCESS_KEY": "aws_access_key_id", "S3_SECRET_KEY": "aws_secret_access_key"}
    missing = [name for name, option in given.items() if not settings.S3_ACCESS[option]]
    if len(missing) != 1:
        return None
    sentence = f"{missing[0]} is not set, and the other half of the account of the bucket is."
    return Meaning(sentence, "Set S3_ACCESS_KEY and S3_SECRET_KEY, or neither.")


def meaning_of(error: BaseException) -> Meaning | None:
    """None for what is no error of a bucket. boto3 raises any of several unrelated classes."""
    if isinstance(error, TypeError) and (half := half_account()):
        # It signs with what it has.
        return half
    if isinstance(error, ValueError) and str(error).startswith("Invalid endpoint"):
        return _NO_ADDRESS
    if type(error).__module__.split(".")[0] not in _LIBRARIES:
        return None
    # An upload hides the answer behind an error of its own.
    response = getattr(error, "response", None) or getattr(error.__context__, "response", None) or {}
    code = response.get("Error", {}).get("Code", "")
    if code in _REMEDIES:
        return Meaning(f"The bucket refused ({code}).", _REMEDIES[code])
    for name in (type(error).__name__, type(error.__context__).__name__):
        if name in _MEANINGS:
            return _MEANINGS[name]
    return Meaning(f"The bucket refused ({code or type(error).__name__}).", "Its log says why.")
