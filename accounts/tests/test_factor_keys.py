"""The key of second factors is changed by a list of keys and a command, and nobody's codes stop working."""

import io

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import User
from accounts.services import factor_secrets, second_factor
from accounts.tests.factors import code, set_up_app

pytestmark = pytest.mark.django_db
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def ada(settings):
    settings.SECOND_FACTOR_KEYS = [OLD]
    ada = User.objects.create_user("ada@example.org", "x", "doctor")
    ada.recovery = set_up_app(ada)
    return ada


def rotate():
    said = io.StringIO()
    call_command("rotate_second_factor_key", stdout=said)
    return said.getvalue()


def test_after_it_the_new_key_alone_is_enough(settings, ada):
    before = {row.pk: row.data for row in Authenticator.objects.all()}
    settings.SECOND_FACTOR_KEYS = [NEW, OLD]
    assert rotate().startswith("2 second factors")
    settings.SECOND_FACTOR_KEYS = [NEW]
    assert second_factor.use_code(ada, code()).type == Authenticator.Type.TOTP
    assert second_factor.use_code(ada, ada.recovery[0]).type == Authenticator.Type.RECOVERY_CODES
    assert all(row.data != before[row.pk] for row in Authenticator.objects.all())


def test_it_can_be_repeated(settings, ada):
    settings.SECOND_FACTOR_KEYS = [NEW, OLD]
    assert rotate() == rotate()


def test_it_says_what_no_key_can_read_and_leaves_that_alone(settings, ada):
    before = list(Authenticator.objects.values_list("data", flat=True))
    settings.SECOND_FACTOR_KEYS = [NEW]
    with pytest.raises(CommandError, match="2 cannot be read"):
        rotate()
    assert list(Authenticator.objects.values_list("data", flat=True)) == before


def test_codes_that_came_from_elsewhere_are_encrypted_anew(settings, ada):
    row = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES)
    row.data = {"migrated_codes": [factor_secrets.encrypt("12345678")]}
    row.save()
    settings.SECOND_FACTOR_KEYS = [NEW, OLD]
    rotate()
    settings.SECOND_FACTOR_KEYS = [NEW]
    row.refresh_from_db()
    assert [factor_secrets.decrypt(one) for one in row.data["migrated_codes"]] == ["12345678"]
