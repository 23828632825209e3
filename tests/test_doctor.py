"""What the apps have a doctor ask."""

from datetime import timedelta

import pytest
import redis
from allauth.mfa.models import Authenticator
from django.conf import settings as real
from django.utils import timezone

from accounts import doctor as accounts
from accounts.models import User
from audit import doctor as audit
from backups import doctor as backups
from backups.models import Backup
from chat import doctor as chat
from chatsite import lately, redis_clients
from chatsite.doctor.asking import answers_to
from chatsite.doctor.questions import Question, State
from chatsite.file_checks import check_keys
from demo import doctor as demo
from demo import people, seeding
from notifications import doctor as notifications
from notifications.models import Notice, Worker
from notifications.services import heartbeat, pausing
from practice import doctor as practice
from practice.models import Practice

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _production(settings):
    settings.DEBUG = False


def test_every_admin_has_a_second_factor(cast):
    User.objects.filter(role="admin").update(is_active=False)
    assert "createsuperuser" in accounts.admins().remedy
    admin = User.objects.create_superuser("it@clinic.fr", "a long password", first_name="I", last_name="T")
    assert accounts.admins().sentence == "Admins without a second factor: 1."
    Authenticator.objects.create(user=admin, type="recovery_codes", data={})
    assert accounts.admins().state == State.WARNING
    Authenticator.objects.create(user=admin, type="totp", data={})
    assert accounts.admins().state == State.OK


def test_the_practice_demands_one():
    from practice.services import forget

    for demands, state in ((True, State.OK), (False, State.WARNING)):
        Practice.objects.update_or_create(pk=Practice.ONE, defaults={"demands_second_factor": demands})
        forget()
        assert practice.second_factor().state == state


def test_the_head_of_the_audit_is_published(settings, tmp_path):
    settings.AUDIT_HEAD_FILE = settings.AUDIT_HEAD_MAIL = ""
    assert audit.head().state == State.WARNING
    settings.AUDIT_HEAD_MAIL = "it@clinic.fr"
    assert audit.head().state == State.OK
    for wrong in (tmp_path / "none" / "heads", tmp_path):
        settings.AUDIT_HEAD_FILE = str(wrong)
        assert audit.head().state == State.FAULT
    settings.AUDIT_HEAD_FILE = str(tmp_path / "heads")
    assert audit.head().state == State.OK


@pytest.mark.parametrize(
    ("made", "proven", "states"),
    [
        (None, None, ["warning"]),
        (0, 3, ["ok"]),
        (0, None, ["ok", "warning"]),
        (3, 3, ["warning"]),
        (9, 40, ["fault", "warning"]),
    ],
)
def test_there_is_a_young_backup_that_was_proven(made, proven, states):
    for event, days in ((Backup.Event.MADE, made), (Backup.Event.PROVEN, proven)):
        if days is not None:
            at = timezone.now() - timedelta(days=days, hours=1)
            Backup.objects.create(event=event, name="x", made_at=at, at=at)
    assert [answer.state for answer in backups.backups()] == states


class TestNotifications:
    def test_a_worker_works(self):
        assert notifications.workers().state == State.WARNING
        heartbeat.beat("a", timezone.now())
        assert notifications.workers().state == State.OK
        heartbeat.beat("a", timezone.now() - timedelta(minutes=5))
        assert notifications.workers().state == State.WARNING

    def test_they_are_not_paused(self):
        assert notifications.paused().state == State.OK
        pausing.pause(timezone.now())
        assert "notifications resume" in notifications.paused().remedy

    def test_none_was_given_up(self, cast):
        assert notifications.given_up().state == State.OK
        Notice.objects.create(user=cast.ben, subject="chat:1", channel="mail", up_to=1, state="failed")
        assert notifications.given_up().sentence.endswith("not told: 1.")

    def test_the_mail_server_of_the_workers(self):
        assert notifications.mails().state == State.OK
        Worker.objects.create(
            id="a", seen_at=timezone.now(), mail_error="SMTPServerDisconnected", mail_failed_at=timezone.now()
        )
        assert "SMTPServerDisconnected" in notifications.mails().sentence

    def test_there_is_a_key_for_pushes(self, settings):
        assert notifications.push_key().state == State.WARNING
        settings.PUSH_KEY = "A" * 42 + "E"
        assert notifications.push_key().state == State.OK


@pytest.mark.parametrize("spoil", [lambda file: file.mkdir(), lambda file: file.write_text("A" * 43)])
def test_a_file_with_no_key_for_pushes_is_said_once_by_a_check(settings, tmp_path, spoil):
    settings.PUSH_KEY, settings.PUSH_KEY_FILE = "", tmp_path / "push.key"
    assert "no key" in notifications.push_key().sentence
    spoil(settings.PUSH_KEY_FILE)
    assert notifications.push_key() is None
    assert [problem.id for problem in check_keys()] == ["chatsite.E041"]


class TestDemo:
    def test_the_clinic_has_a_name_of_its_own(self, settings):
        settings.CLINIC_NAME = demo.NAME
        assert demo.clinic().state == State.WARNING
        settings.CLINIC_NAME = "Praxis am Markt"
        assert demo.clinic().state == State.OK

    def test_its_name_is_the_default(self):
        assert real.CLINIC_NAME == demo.NAME

    def test_nobody_of_it_is_here(self):
        assert demo.people().state == State.OK
        seeding.make_people("doctor")
        assert demo.people().state == State.FAULT
        for user in seeding.accounts():
            user.set_password("something else entirely")
            user.save()
        assert demo.people().state == State.WARNING
        User.objects.filter(email=people.email_of("samira.benali")).update(is_active=False)
        assert demo.people().sentence.startswith("2 people")


class TestRedis:
    def test_there_need_be_none(self, settings):
        settings.REDIS_URL = ""
        assert chat.bus() is None

    def test_of_an_address_that_is_none_the_checks_have_the_sentence(self, settings):
        settings.REDIS_URL = "s3cret:6379"
        assert answers_to(Question("Redis", chat.bus)) == []

    def test_one_that_is_away_is_a_fault(self, settings):
        settings.REDIS_URL = "redis://:s3cret@127.0.0.1:1/0"
        answer = chat.bus()
        assert (answer.state, "s3cret" in str(answer)) == (State.FAULT, False)

    @pytest.mark.parametrize(
        ("error", "words"),
        [
            (redis.AuthenticationError("s3cret"), "refuses the user"),
            (redis.TimeoutError("s3cret"), "does not answer within"),
            (redis.ResponseError("s3cret"), "ResponseError"),
        ],
    )
    def test_what_it_says_is_a_sentence(self, settings, monkeypatch, error, words):
        class Client:
            __enter__ = lambda self: self  # noqa: E731
            __exit__ = lambda self, *error: None  # noqa: E731

            def ping(self):
                raise error

        settings.REDIS_URL = "redis://h"
        monkeypatch.setattr(redis_clients, "client", lambda url, **options: Client())
        answer = chat.bus()
        assert (answer.state, words in answer.sentence, "s3cret" in str(answer)) == (State.FAULT, True, False)

    @pytest.mark.parametrize(
        ("info", "words"),
        [
            ({"redis_version": "5.0.7"}, "5.0.7 is old"),
            ({"redis_version": "7.0.1", "role": "slave"}, "is a replica"),
            ({"redis_version": "7.0.1", "maxmemory": 100, "used_memory": 95}, "95 %"),
            ({"redis_version": "7.0.1", "evicted_keys": 3, "maxmemory_policy": "allkeys-lru"}, "allkeys-lru"),
            ({"redis_version": "7.0.1", "role": "master"}, "noeviction"),
        ],
    )
    def test_what_it_says_of_itself(self, info, words):
        class Client:
            def info(self):
                return info

        assert words in chat._server(Client())[0].sentence

    @pytest.mark.skipif(not real.REDIS_URL, reason="needs REDIS_URL")
    def test_ours_is_right_and_one_that_may_not_publish_is_not(self, settings):
        assert {answer.state for answer in chat.bus()} == {State.OK}
        with redis_clients.client(settings.REDIS_URL, patience=3) as admin:
            admin.execute_command("ACL", "SETUSER", "narrow", "reset", "on", ">pw", "~*", "+@all", "&other:*")
            host = settings.REDIS_URL.rpartition("@")[2]
            settings.REDIS_URL = f"redis://narrow:pw@{host}"
            assert State.FAULT in {answer.state for answer in chat.bus()}
            settings.REDIS_URL = f"redis://narrow:s3cret@{host}"
            assert "refuses the user" in chat.bus().sentence
            admin.execute_command("ACL", "DELUSER", "narrow")


def test_in_development_nothing_of_this_is_asked(settings):
    settings.DEBUG = True
    asked = (accounts.admins, practice.second_factor, audit.head, backups.backups, demo.clinic, demo.people)
    assert [ask() for ask in asked] == [None] * 6


class TestLately:
    def test_a_trouble_is_known_from_its_first_failure_to_the_next_success(self):
        assert lately.outcome("storage") == "ok"
        lately.failed("storage", "TimeoutError")
        since = lately.trouble_with("storage").since
        lately.failed("storage", "OSError")
        assert (lately.trouble_with("storage").since, lately.trouble_with("storage").kind) == (since, "OSError")
        assert lately.outcome("storage") == f"away since {since:%Y-%m-%d %H:%M} UTC (OSError)"
        assert lately.outcome("mail") == "ok"
        lately.worked("storage")
        assert lately.outcome("storage") == "ok"
