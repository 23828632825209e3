"""What a bucket and its library say, as a sentence with a remedy, without what either quotes."""

import pytest
from botocore import exceptions

from chatsite.doctor.asking import answers_to
from chatsite.doctor.questions import Question, State
from chatsite.files.bucket_failures import meaning_of


def refused(code):
    return exceptions.ClientError({"Error": {"Code": code, "Message": "s3cret"}}, "PutObject")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (refused("NoSuchBucket"), "make it"), (refused("AccessDenied"), "S3_ACCESS_KEY"),
        (refused("403"), "S3_ACCESS_KEY"),
        (refused("PermanentRedirect"), "S3_REGION"), (refused("RequestTimeTooSkewed"), "clock"),
        (refused("SlowDown"), "(SlowDown)"), (exceptions.NoCredentialsError(), "S3_SECRET_KEY"),
        (exceptions.EndpointConnectionError(endpoint_url="http://s3cret"), "S3_ENDPOINT_URL"),
        (exceptions.EndpointResolutionError(msg="s3cret"), "S3_ENDPOINT_URL is no address"),
        (exceptions.InvalidRegionError(region_name="s3cret"), "S3_REGION is no name"),
        (exceptions.ParamValidationError(report="s3cret"), "name"), (ValueError("Invalid endpoint: s3cret"), "https://host"),
    ],
)  # fmt: skip
def test_it_is_a_sentence_without_what_it_quotes(error, words):
    meaning = str(meaning_of(error))
    assert words in meaning
    assert "s3cret" not in meaning


@pytest.mark.parametrize("error", [ValueError("other"), FileNotFoundError("name")])
def test_what_is_no_error_of_a_bucket_has_none(error):
    assert meaning_of(error) is None


def test_a_doctor_asks_nobody_to_report_a_bucket_that_is_away():
    def ask():
        raise exceptions.EndpointConnectionError(endpoint_url="http://s3")

    [answer] = answers_to(Question("store", ask))
    assert (answer.state, answer.sentence) == (State.FAULT, "The bucket cannot be reached.")


def test_half_an_account_is_named_where_its_library_fails(settings):
    settings.S3_ACCESS = settings.S3_ACCESS | {"aws_access_key_id": "k", "aws_secret_access_key": None}
    assert str(meaning_of(TypeError())).startswith("S3_SECRET_KEY is not set")
    settings.S3_ACCESS = settings.S3_ACCESS | {"aws_access_key_id": None}
    assert meaning_of(TypeError()) is None
