from pathlib import Path
from unittest import mock

import pytest
from django.db import connection

from chatsite import checks, database_checks, file_checks, function_checks

STRONG = "k9-" * 5 + "a strong secret of more than fifty characters, made at random"


def ids(problems):
    return [problem.id for problem in problems]


@pytest.fixture
def production(settings):
    settings.DEBUG = settings.TESTING = False
    settings.SECRET_KEY = STRONG
    settings.PUBLIC_URL = "https://chat.example.org"
    settings.HTTPS = True
    return settings


@pytest.fixture
def session(db):
    """A cursor. Its changes to the session are undone afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SET @mode = @@sql_mode")
        yield cursor
        cursor.execute("SET sql_mode = @mode, character_set_connection = utf8mb4")


class TestSecret:
    def test_it_accepts_a_strong_secret(self, production):
        assert checks.secret_problem() is None
        assert checks.check_secret() == []
        checks.demand_production_settings()

    @pytest.mark.parametrize(
        ("secret", "problem"),
        [
            ("", "is empty"),
            ("django-insecure-" + STRONG, "not set, or is the one for development"),
            ("abcdefgh" * 6, "fewer than 50 characters"),
            ("abcd" * 20, "fewer than 5 different"),
        ],
    )
    def test_it_refuses_a_missing_or_weak_secret(self, production, secret, problem):
        production.SECRET_KEY = secret
        assert problem in checks.secret_problem()
        assert ids(checks.check_secret()) == ["chatsite.E001"]
        with pytest.raises(SystemExit, match=problem):
            checks.demand_production_settings()

    def test_it_refuses_a_weak_earlier_key(self, production):
        production.SECRET_KEY_FALLBACKS = [STRONG[::-1]]
        assert checks.secret_problem() is None
        for weak in ("", "django-insecure-" + STRONG, "abcdefgh" * 6, "abcd" * 20):
            production.SECRET_KEY_FALLBACKS = [STRONG[::-1], weak]
            assert "A key of SECRET_KEY_FALLBACKS" in checks.secret_problem()
            with pytest.raises(SystemExit, match="SECRET_KEY_FALLBACKS"):
                checks.demand_production_settings()

    def test_it_lets_development_be(self, production):
        production.DEBUG = True
        production.SECRET_KEY = "django-insecure-development-only"
        assert checks.check_secret() == []

    def test_it_never_shows_the_secret(self, production):
        production.SECRET_KEY = "abcdefgh" * 6
        assert "abcdefgh" not in str(checks.check_secret()[0])


class TestClinicName:
    def test_it_accepts_a_name(self, production):
        production.CLINIC_NAME = "Cabinet du Dr Martin"
        assert checks.check_clinic_name() == []
        checks.demand_production_settings()

    @pytest.mark.parametrize("name", ["", "  "])
    def test_it_refuses_to_serve_for_nobody(self, production, name):
        production.CLINIC_NAME = name
        assert ids(checks.check_clinic_name()) == ["chatsite.E030"]
        with pytest.raises(SystemExit, match="CLINIC_NAME is not set"):
            checks.demand_production_settings()

    def test_it_lets_development_be(self, production):
        production.CLINIC_NAME, production.DEBUG = "", True
        assert checks.check_clinic_name() == []


class TestProxyOfHttps:
    def test_https_needs_a_trusted_proxy(self, production):
        production.TRUSTED_PROXIES = []
        assert ids(checks.check_proxy_of_https()) == ["chatsite.E021"]
        production.TRUSTED_PROXIES = ["127.0.0.1"]
        assert checks.check_proxy_of_https() == []

    def test_http_needs_none(self, production):
        production.HTTPS, production.TRUSTED_PROXIES = False, []
        assert checks.check_proxy_of_https() == []


@pytest.mark.parametrize(
    ("contact", "is_one"),
    [("", True), ("mailto:s@example.org", True), ("https://example.org/s", True), ("s@example.org", False)],
)
def test_the_contact_is_an_address_to_write_to(settings, contact, is_one):
    settings.SECURITY_CONTACT = contact
    assert ids(checks.check_security_contact()) == ([] if is_one else ["chatsite.E022"])


@pytest.mark.parametrize(
    ("token", "is_one"), [("", True), ("t0ken-_~", True), ("two words", False), (" ", False), ("é" * 30, False)]
)
def test_the_token_of_metrics_is_one_that_a_header_carries(settings, token, is_one):
    settings.METRICS_TOKEN = token
    assert ids(checks.check_metrics_token()) == ([] if is_one else ["chatsite.E042"])


class TestDebug:
    """A file of settings whose DEBUG=0 is missing or misspelt."""

    @pytest.mark.parametrize(
        ("url", "problems"),
        [
            ("https://chat.example.org", ["chatsite.E043"]),
            ("http://192.168.1.7:8000", ["chatsite.W002"]),
            ("http://127.0.0.1:8000", []),
        ],
    )
    def test_the_demo_is_for_this_machine(self, production, url, problems):
        production.DEBUG, production.PUBLIC_URL = True, url
        production.HTTPS, production.IS_LOCAL_SITE = url.startswith("https"), "127.0.0.1" in url
        assert ids(checks.check_debug()) == problems
        if problems == ["chatsite.E043"]:
            with pytest.raises(SystemExit, match="DEBUG is on, but people reach"):
                checks.demand_production_settings()
        else:
            checks.demand_production_settings()

    def test_it_is_off_where_people_use_it(self, production):
        assert checks.check_debug() == []


class TestPublicUrl:
    def test_it_accepts_https(self, production):
        assert checks.check_public_url() == []

    def test_it_warns_of_plain_http(self, production):
        production.PUBLIC_URL = "http://chat.example.org"
        production.HTTPS = False
        problems = checks.check_public_url()
        assert ids(problems) == ["chatsite.W001"]
        assert not problems[0].is_serious()

    def test_it_lets_development_be(self, production):
        production.HTTPS = False
        production.DEBUG = True
        assert checks.check_public_url() == []


class TestProxies:
    def test_it_accepts_addresses_and_networks(self, settings):
        settings.TRUSTED_PROXIES = ["127.0.0.1", " 10.0.0.0/8", "::1"]
        assert checks.check_proxies() == []

    def test_it_refuses_what_is_no_address(self, settings):
        settings.TRUSTED_PROXIES = ["127.0.0.1", "nginx"]
        assert ids(checks.check_proxies()) == ["chatsite.E007"]


class TestReactions:
    @pytest.mark.parametrize("signs", [{}, {"✅": "Fait"}, {"👩🏽‍⚕️": "Vue"}])
    def test_it_accepts_signs_with_words(self, settings, signs):
        settings.CHAT_REACTIONS = signs
        assert checks.check_reactions() == []

    @pytest.mark.parametrize("signs", [{"": "Vide"}, {"x" * 17: "Long"}, {"a/b": "Barre"}, {"✅": " "}])
    def test_it_refuses_what_fits_no_address_or_column(self, settings, signs):
        settings.CHAT_REACTIONS = signs
        assert ids(checks.check_reactions()) == ["chatsite.E008"]


class TestHosts:
    @pytest.mark.parametrize("host", ["*", "chat.example.org", ".example.org", "10.0.0.5", "[::1]", "localhost"])
    def test_it_accepts_names_and_addresses(self, settings, host):
        settings.PUBLIC_URL, settings.ALLOWED_HOSTS = "http://127.0.0.1:8000", ["127.0.0.1", host]
        assert checks.check_hosts() == []

    @pytest.mark.parametrize(
        "host", ["https://chat.example.org", "chat.example.org:443", "*.example.org", "a b", "", "$HOSTS", "[::1]:80"]
    )
    def test_it_refuses_what_no_request_would_match(self, settings, host):
        settings.ALLOWED_HOSTS = ["10.0.0.5", host]
        assert ids(checks.check_hosts()) == ["chatsite.E011"]


class TestMail:
    def test_it_accepts_a_server_that_is_unavailable(self, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "mail.invalid"
        assert checks.check_mail() == []

    @pytest.mark.parametrize(
        "wrong",
        [
            {"EMAIL_BACKEND": "smtp.EmailBackend", "EMAIL_USE_TLS": True, "EMAIL_USE_SSL": True},
            {"EMAIL_BACKEND": "filebased.EmailBackend", "EMAIL_FILE_PATH": "/dev/null"},
        ],
    )
    def test_it_refuses_what_no_mail_can_use(self, settings, wrong):
        for name, value in wrong.items():
            setattr(settings, name, f"django.core.mail.backends.{value}" if name == "EMAIL_BACKEND" else value)
        assert ids(checks.check_mail()) == ["chatsite.E014"]


class TestMayTalk:
    @pytest.mark.parametrize("path", ["", "may_talk", ".may_talk", "..a.b", "chat.services.chats", "no.such.thing"])
    def test_it_refuses_what_is_no_function(self, settings, path):
        settings.CHAT_MAY_TALK = path
        assert ids(function_checks.check_may_talk()) == ["chatsite.E010"]


class TestTold:
    @pytest.mark.parametrize("name", ["CHAT_MESSAGE_DETAILS", "CHAT_TOLD"])
    @pytest.mark.parametrize("path", ["told", ".told", "notifications.services.told", "no.such.thing"])
    def test_it_refuses_what_is_no_function(self, settings, name, path):
        setattr(settings, name, path)
        assert ids(function_checks.check_told()) == ["chatsite.E025"]

    def test_it_accepts_ours_and_none(self, settings):
        assert function_checks.check_told() == []
        settings.CHAT_MESSAGE_DETAILS = settings.CHAT_TOLD = ""
        assert function_checks.check_told() == []


class TestSmsSender:
    @pytest.mark.parametrize(
        "path",
        [
            "send", ".send", "clinic.sms.send", "notifications.tests.sms_provider",
            "notifications.tests.sms_provider.sen", "accounts.phones.as_stored", "chatsite.tests.test_checks.no_sender",
        ],
    )  # fmt: skip
    def test_it_refuses_what_sends_no_text(self, settings, path):
        settings.SMS_SENDER = path
        assert ids(function_checks.check_sms_sender()) == ["chatsite.E026"]

    @pytest.mark.parametrize("path", ["", "notifications.tests.sms_provider.send"])
    def test_it_accepts_a_function_and_none(self, settings, path):
        settings.SMS_SENDER = path
        assert function_checks.check_sms_sender() == []


async def no_sender(number, text):
    """What it would answer is never waited for."""


class TestProcesses:
    def test_it_refuses_several_processes_without_redis(self, settings):
        settings.PROCESSES = 2
        settings.REDIS_URL = ""
        assert ids(checks.check_processes()) == ["chatsite.E002"]

    @pytest.mark.parametrize(("processes", "redis"), [(1, ""), (2, "redis://127.0.0.1:6379/0")])
    def test_it_accepts_one_process_or_redis(self, settings, processes, redis):
        settings.PROCESSES = processes
        settings.REDIS_URL = redis
        assert checks.check_processes() == []


class TestRedis:
    @pytest.mark.parametrize("url", ["", "redis://h", "redis+sentinel://a,b,c/chat"])
    def test_it_accepts_addresses(self, settings, url):
        settings.REDIS_URL = url
        assert checks.check_redis_url() == []

    @pytest.mark.parametrize("url", ["h:6379", "redis://h:s3cret", "redis+sentinel://a:s3cret@b"])
    def test_it_refuses_what_is_none(self, settings, url):
        settings.REDIS_URL = url
        [problem] = checks.check_redis_url()
        assert problem.id == "chatsite.E009"
        assert "s3cret" not in str(problem)


class TestNames:
    @pytest.mark.parametrize(
        "path", ["nothing", "no.such.module", "chat.services.chats.no_such", "chatsite.settings.PORT"]
    )
    def test_it_refuses_a_rule_that_is_no_function(self, settings, path):
        settings.CHAT_MAY_TALK = path
        assert ids(function_checks.check_may_talk()) == ["chatsite.E010"]

    @pytest.mark.parametrize("host", ["https://chat.example.org", "a b"])
    def test_it_refuses_a_host_that_is_an_address(self, settings, host):
        settings.ALLOWED_HOSTS = ["chat.example.org", host]
        assert ids(checks.check_hosts()) == ["chatsite.E011"]

    def test_it_accepts_ours(self):
        assert function_checks.check_may_talk() == checks.check_hosts() == []


def test_the_host_of_the_address_is_one_of_the_allowed(settings):
    settings.PUBLIC_URL = "https://chat.example.org"
    for allowed in (["chat.example.org"], [".example.org"], ["*"]):
        settings.ALLOWED_HOSTS = allowed
        assert checks.check_hosts() == []
    settings.ALLOWED_HOSTS = ["chat.clinic.example"]
    [problem] = checks.check_hosts()
    assert "chat.example.org" in problem.msg


@pytest.mark.parametrize(("name", "problems"), [(":memory:", ["chatsite.E031"]), ("/var/lib/chat/db.sqlite3", [])])
def test_a_database_in_memory_is_refused(production, monkeypatch, name, problems):
    monkeypatch.setitem(production.DATABASES["default"], "NAME", name)
    assert ids(database_checks.check_memory()) == problems


@pytest.mark.django_db
class TestDatabase:
    def test_it_accepts_ours(self):
        assert database_checks.check_mysql(databases=["default"]) == []

    def test_it_does_not_connect_unasked(self):
        with mock.patch.object(database_checks, "connections") as connections:
            assert database_checks.check_mysql(databases=None) == []
        assert connections.mock_calls == []

    @pytest.mark.mysql
    def test_it_refuses_mysql_without_utf8mb4(self, session):
        session.execute("SET character_set_connection = latin1")
        assert ids(database_checks.check_mysql(databases=["default"])) == ["chatsite.E003"]

    @pytest.mark.mysql
    def test_it_refuses_mysql_without_strict_mode(self, session):
        session.execute("SET sql_mode = ''")
        assert ids(database_checks.check_mysql(databases=["default"])) == ["chatsite.E004"]


class TestKeys:
    KEY, NUMBER = "A" * 43 + "=", "A" * 42 + "E"

    @pytest.fixture
    def files(self, settings, tmp_path):
        """The files of both keys, with what a test writes there."""
        settings.SECOND_FACTOR_KEYS, settings.PUSH_KEY = [], ""
        settings.SECOND_FACTOR_KEY_FILE, settings.PUSH_KEY_FILE = tmp_path / "second-factor.key", tmp_path / "push.key"
        return settings.SECOND_FACTOR_KEY_FILE, settings.PUSH_KEY_FILE

    def test_it_accepts_keys_and_none(self, files):
        assert file_checks.check_keys() == []
        for file, text in zip(files, (self.KEY, self.NUMBER), strict=True):
            file.write_text(f"{text}\n")
        assert file_checks.check_keys() == []

    @pytest.mark.parametrize("wrong", [b"", b"A" * 20, b"\xff\xfe", b"A" * 43])
    def test_it_refuses_a_file_that_has_none(self, files, wrong):
        for file in files:
            file.write_bytes(wrong)
        problems = file_checks.check_keys()
        assert ids(problems) == ["chatsite.E041"] * 2
        assert [str(file) in problem.msg for file, problem in zip(files, problems, strict=True)] == [True, True]

    def test_it_refuses_what_cannot_be_read(self, files):
        for file in files:
            file.mkdir()
        problems = file_checks.check_keys()
        assert ids(problems) == ["chatsite.E041"] * 2
        assert "Is a directory" in problems[0].msg

    def test_it_does_not_look_where_the_settings_have_them(self, settings, files):
        settings.SECOND_FACTOR_KEYS, settings.PUSH_KEY = [self.KEY], self.NUMBER
        for file in files:
            file.mkdir()
        assert file_checks.check_keys() == []


class TestAssets:
    def test_it_accepts_a_writable_folder(self, settings, tmp_path):
        settings.ASSETS_ROOT = tmp_path / "not" / "there yet"
        assert file_checks.check_assets() == []
        assert list(settings.ASSETS_ROOT.rglob("*.*")) == []

    def test_it_refuses_what_is_no_folder(self, settings):
        settings.ASSETS_ROOT = Path("/dev/null")
        assert ids(file_checks.check_assets()) == ["chatsite.E005"] * 3

    def test_it_refuses_a_folder_that_cannot_be_written(self, settings, tmp_path):
        settings.ASSETS_ROOT = tmp_path
        with mock.patch.object(
            file_checks.tempfile, "TemporaryFile", side_effect=PermissionError(13, "Permission denied")
        ):
            problems = file_checks.check_assets()
        assert ids(problems) == ["chatsite.E005"] * 3
        assert "Permission denied" in problems[0].hint

    def test_it_refuses_a_bucket_that_has_no_address(self, settings):
        options = {"bucket_name": "clinic", "endpoint_url": "store:9000", "region_name": "eu-west-3"}
        backend = {"BACKEND": "chatsite.files.object_storage.ObjectStorage", "OPTIONS": options}
        settings.S3_BUCKET, settings.STORAGES = "clinic", {**settings.STORAGES, "default": backend}
        assert ids(file_checks.check_assets()) == ["chatsite.E013"]
        settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "no.such.Storage"}}
        assert ids(file_checks.check_assets()) == ["chatsite.E013"]

    @pytest.mark.parametrize(
        ("key", "secret", "problem"),
        [(None, None, None), ("k", "s", None), ("k", None, "S3_SECRET_KEY"), (None, "s", "S3_ACCESS_KEY")],
    )
    def test_it_refuses_half_an_account(self, settings, key, secret, problem):
        settings.S3_ACCESS = settings.S3_ACCESS | {"aws_access_key_id": key, "aws_secret_access_key": secret}
        found = [one.msg.partition(" ")[0] for one in file_checks.check_account_of_bucket()]
        assert found == ([problem] if problem else [])

    def test_it_refuses_another_way_to_send_files(self, settings):
        settings.ASSETS_SERVED_BY = "ngnix"
        assert ids(file_checks.check_assets()) == ["chatsite.E012"]

    def test_it_does_not_look_where_files_go_to_s3(self, settings):
        settings.ASSETS_ROOT = Path("/dev/null")
        settings.S3_BUCKET = "clinic"
        assert file_checks.check_assets() == []


class TestLibmagic:
    def test_it_accepts_the_one_here(self):
        assert file_checks.check_libmagic() == []

    def test_it_refuses_to_go_without(self):
        with mock.patch.object(file_checks, "sniff_type", side_effect=ImportError("failed to find libmagic")):
            assert ids(file_checks.check_libmagic()) == ["chatsite.E006"]


class TestFormats:
    def test_each_language_has_all_forms(self):
        assert checks.check_formats() == []

    def test_it_names_the_first_form_that_a_language_lacks(self, settings):
        settings.LANGUAGES = [("fr", "French"), ("de", "German")]
        (problem,) = checks.check_formats()
        assert (problem.id, problem.msg) == ("chatsite.E023", "The language de lacks DATETIME_FORMAT.")
        assert "chatsite/formats/de/formats.py" in problem.hint
