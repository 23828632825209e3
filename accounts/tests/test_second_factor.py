import threading
from io import StringIO

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.errors import WrongCode
from accounts.models import Alert, SignIn, Totp, User
from accounts.services import factor_secrets, second_factor
from accounts.tests.factors import SECRET, authenticators, code, set_up_app, wrong_code
from chatsite.http.errors import TooManyAttempts
from chatsite.testing import Cast

NOON = "2026-03-02T12:00:10Z"


@pytest.mark.parametrize(
    ("steps", "is_right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)], ids=lambda value: str(value)
)
def test_the_codes_beside_the_present_one_are_right_too(cast: Cast, steps: int, is_right: bool) -> None:
    set_up_app(cast.ada)
    with time_machine.travel(NOON, tick=False):
        if is_right:
            assert second_factor.use_code(cast.ada, code(steps=steps)).type == "totp"
        else:
            with pytest.raises(WrongCode):
                second_factor.use_code(cast.ada, code(steps=steps))


def test_a_code_is_right_once_and_an_earlier_one_never_again(cast: Cast) -> None:
    set_up_app(cast.ada)
    with time_machine.travel(NOON, tick=False):
        second_factor.use_code(cast.ada, code())
        for steps in (0, -1):
            with pytest.raises(WrongCode):
                second_factor.use_code(cast.ada, code(steps=steps))
        second_factor.use_code(cast.ada, code(steps=1))


@pytest.mark.parametrize("typed", ["{0} {1}", "{0}-{1}", " {0}{1} "])
def test_codes_may_be_typed_as_they_are_shown(cast: Cast, typed: str) -> None:
    set_up_app(cast.ada)
    shown = code()
    assert second_factor.use_code(cast.ada, typed.format(shown[:3], shown[3:]))


def test_codes_may_be_typed_in_other_digits(cast: Cast) -> None:
    set_up_app(cast.ada)
    assert second_factor.use_code(cast.ada, code().translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")))


def test_a_recovery_code_is_right_once(cast: Cast) -> None:
    first, second, *_ = set_up_app(cast.ada)
    assert second_factor.use_code(cast.ada, first).type == "recovery_codes"
    with pytest.raises(WrongCode):
        second_factor.use_code(cast.ada, first)
    assert second_factor.use_code(cast.ada, second)


def test_the_sixth_wrong_code_is_refused_and_the_right_one_too(cast: Cast) -> None:
    set_up_app(cast.ada)
    set_up_app(cast.ben)
    for _ in range(5):
        with pytest.raises(WrongCode):
            second_factor.use_code(cast.ada, wrong_code())
    with pytest.raises(TooManyAttempts) as refused:
        second_factor.use_code(cast.ada, code())
    assert 0 < (refused.value.retry_after or 0) <= 900
    assert second_factor.use_code(cast.ben, code())


def test_nobody_has_two_apps(cast: Cast) -> None:
    """On every database: MariaDB has no conditional keys."""
    set_up_app(cast.ada)
    with pytest.raises(IntegrityError), transaction.atomic():
        TOTP.activate(cast.ada, SECRET)
    Authenticator.objects.filter(user=cast.ada, type="totp").delete()
    assert not Totp.objects.exists()


def test_the_database_has_no_secret_in_clear_text(cast: Cast) -> None:
    set_up_app(cast.ada)
    for row in Authenticator.objects.all():
        assert SECRET not in str(row.data)
    assert {key: len(value) > 80 for key, value in Authenticator.objects.get(type="totp").data.items()} == {
        "secret": True
    }


def test_a_new_key_decrypts_what_the_former_encrypted(cast: Cast, settings, caplog) -> None:
    set_up_app(cast.ada)
    former, new = settings.SECOND_FACTOR_KEYS[0], "A" * 42 + "E="
    settings.SECOND_FACTOR_KEYS = [new, former]
    assert second_factor.use_code(cast.ada, code())
    settings.SECOND_FACTOR_KEYS = [new]
    with pytest.raises(WrongCode):
        second_factor.use_code(cast.ada, code(steps=1))
    assert "another key than SECOND_FACTOR_KEY" in caplog.text


def test_the_key_is_made_once_for_its_account_alone(settings, tmp_path) -> None:
    settings.SECOND_FACTOR_KEYS, settings.SECOND_FACTOR_KEY_FILE = [], tmp_path / "var" / "second-factor.key"
    assert not factor_secrets.has_key()
    assert [factor_secrets.make_key(), factor_secrets.make_key()] == [True, False]
    assert settings.SECOND_FACTOR_KEY_FILE.stat().st_mode & 0o777 == 0o600
    assert factor_secrets.decrypt(factor_secrets.encrypt("a secret")) == "a secret"


@pytest.mark.django_db(transaction=True)
def test_of_the_same_code_at_once_one_is_right() -> None:
    ada = Cast.build().ada
    set_up_app(ada)
    shown, results = code(), []

    def use() -> None:
        try:
            second_factor.use_code(ada, shown)
            results.append(True)
        except WrongCode:
            results.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False, False, False, True]


def test_a_lost_factor_is_reset_by_the_operator(cast: Cast) -> None:
    set_up_app(cast.ada)
    set_up_app(cast.ben)
    User.objects.update(last_login=timezone.now())
    sign_in = SignIn.objects.create(user=cast.ada, kind="api", second_factor="totp")
    call_command("reset_second_factor", " ADA@example.org", stdout=StringIO())
    assert (authenticators(cast.ada), authenticators(cast.ben)) == ([], ["recovery_codes", "totp"])
    assert SignIn.objects.get(pk=sign_in.pk).ended_at
    assert list(Alert.objects.values_list("user", "kind")) == [(cast.ada.pk, "factor")]
    assert second_factor.methods_of(cast.ada) == []
    for email in ("nobody@example.org", "ada@example.org"):
        with pytest.raises(CommandError):
            call_command("reset_second_factor", email)
