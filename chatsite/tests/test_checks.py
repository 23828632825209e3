"""The checks of settings at the start: what is wrong has an id and a sentence."""

import pytest

from chatsite import checks
from chatsite.tests.problems import ids

STRONG = "k9-" * 5 + "a strong secret of more than fifty characters, made at random"


@pytest.fixture
def production(settings):
    settings.DEBUG = settings.TESTING = False
    settings.SECRET_KEY = STRONG
    settings.PUBLIC_URL = "https://chat.example.org"
    settings.HTTPS = True
    return settings


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


@pytest.mark.parametrize(("token", "is_long"), [("", True), ("t" * 15, False), ("t" * 16, True)])
def test_a_short_token_of_metrics_is_named(settings, token, is_long):
    settings.METRICS_TOKEN = token
    assert ids(checks.check_length_of_metrics_token()) == ([] if is_long else ["chatsite.W003"])


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

    @pytest.mark.parametrize("host", ["https://chat.example.org", "a b"])
    def test_it_refuses_them_beside_a_name(self, settings, host):
        settings.ALLOWED_HOSTS = ["chat.example.org", host]
        assert ids(checks.check_hosts()) == ["chatsite.E011"]

    def test_it_accepts_ours(self):
        assert checks.check_hosts() == []


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


def test_the_host_of_the_address_is_one_of_the_allowed(settings):
    settings.PUBLIC_URL = "https://chat.example.org"
    for allowed in (["chat.example.org"], [".example.org"], ["*"]):
        settings.ALLOWED_HOSTS = allowed
        assert checks.check_hosts() == []
    settings.ALLOWED_HOSTS = ["chat.clinic.example"]
    [problem] = checks.check_hosts()
    assert "chat.example.org" in problem.msg


class TestFormats:
    def test_each_language_has_all_forms(self):
        assert checks.check_formats() == []

    def test_it_names_the_first_form_that_a_language_lacks(self, settings):
        settings.LANGUAGES = [("fr", "French"), ("de", "German")]
        (problem,) = checks.check_formats()
        assert (problem.id, problem.msg) == ("chatsite.E023", "The language de lacks DATETIME_FORMAT.")
        assert "chatsite/formats/de/formats.py" in problem.hint
