"""A misspelled setting: a sentence names it, and never shows a value that may be a password."""

import json
import os
import runpy
import subprocess
import sys
from unittest import mock

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, generate_private_key
from django.conf import settings

from chatsite.testing.app_services import FCM_JSON, pem

BASE = {"ENV_FILE": "/dev/null"}
APPLE = {"APNS_KEY": pem(), "APNS_KEY_ID": "KEY4567890", "APNS_TEAM_ID": "TEAM567890", "APNS_TOPIC": "org.example.chat"}


def read(**environment) -> dict:
    """Return the settings in this environment."""
    with mock.patch.dict(os.environ, BASE | environment):
        return runpy.run_path(str(settings.BASE_DIR / "chatsite" / "settings.py"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "maybe"), ("PORT", "abc"), ("PORT", ""), ("PORT", "0"), ("PORT", "99999"), ("PROCESSES", "two"),
        ("WEB_THREADS", "0"), ("DATABASE_PATIENCE", "5s"), ("DATABASE_PATIENCE", "-1"), ("DATABASE_MAX_AGE", "long"),
        ("CHAT_CORRECTION_HOURS", "a day"), ("CHAT_CORRECTION_HOURS", "nan"), ("CHAT_SOCKET_RATE", "fast"),
        ("CHAT_WRITER_QUEUE", "-1"), ("CHAT_REACTIONS", "👍"), ("TIME_ZONE", "Paris"), ("TIME_ZONE", "../etc"),
        ("LOG_LEVEL", "loud"), ("LOG_FORMAT", "xml"), ("ACCESS_LOG", "maybe"),
        ("HSTS", "yes"), ("PUBLIC_URL", "chat.example.org"), ("PUBLIC_URL", "https://[x"),
        ("PUBLIC_URL", "https://x:port"), ("EMAIL_URL", "mail.example.org"), ("EMAIL_URL", "smtp+tls://u:s3cret@h:x"),
        ("DATABASE_URL", "chat"), ("DATABASE_URL", "mysq://u:s3cret@h/c"), ("DATABASE_URL", "mysql://u:s3cret@h:x/c"),
        ("DATABASE_URL", "mysql://u:s3cret@h"), ("DATABASE_URL", "mysql://u:s3cret@h/c?no=1"),
        ("DATABASE_URL", "sqlite:////tmp/c?no=1"), ("DATABASE_URL", "postgres://u:s3cret@h/c"),
        ("DATABASE_URL", "mysql://u:s3cret@h/c?connect_timeout=5s"), ("DATABASE_URL", "mysql://u:s3cret@h/c?compress=yes"),
        ("DATABASE_URL", "mysql://u:s3cret@h/c?ssl_mode=REQUIRD"), ("DATABASE_URL", "mysql://u:s3cret@h/c?ssl=1"),
        ("DATABASE_URL", "mysql://u:s3cret@h/c?isolation_level=high"), ("DATABASE_URL", "sqlite:////tmp/c?timeout=fast"),
        ("DATABASE_URL", "sqlite:////tmp/c?transaction_mode=NOW"), ("DATABASE_URL", "$NOT_SET"),
        ("DEBUG", "$NOT_SET"), ("PORT", "$NOT_SET"), ("PUBLIC_URL", "https://chat.example.org/app"),
        ("PUBLIC_URL", "https://u:s3cret@chat.example.org"), ("FROM_EMAIL", "Cabinet, x@example.org"),
        ("FROM_EMAIL", "x@example.org;"), ("FROM_EMAIL", "Cabinet"), ("FROM_EMAIL", ""),
        ("FROM_EMAIL", "é@example.org"), ("ENV_FILE", "/nonexistent/.env"), ("ENV_FILE", "/"),
        ("CLAMD_URL", "clamd"), ("CLAMD_URL", "tcp://clamd"), ("CLAMD_URL", "tcp://u:s3cret@clamd:3310"),
        ("CLAMD_URL", "tcp://clamd:port"), ("CLAMD_URL", "unix://run/clamd.ctl"), ("CLAMD_URL", "http://clamd:3310"),
        ("IMAGE_MEMORY_MB", "1G"), ("IMAGE_MEMORY_MB", "64"), ("IMAGE_MEMORY_LARGEST_MB", "0"),
        ("SECRET_KEY", ""), ("SECRET_KEY", " "), ("CLINIC_NAME", "Cabinet\nMartin"), ("CLINIC_NAME", "Caf\udce9"),
        ("METRICS_TOKEN", "s3cret\x07"), ("ASSETS_ROOT", ""), ("ASSETS_ROOT", " "), ("ASSETS_ROOT", "~/assets"),
        ("CHAT_CORRECTION_HOURS", "24h"), ("CHAT_CORRECTION_HOURS", "10 s"), ("CORS_ORIGINS", "http://[::1"),
        ("CHAT_EMERGENCY_NUMBERS", ""), ("CHAT_EMERGENCY_NUMBERS", "15;112"), ("CHAT_EMERGENCY_NUMBERS", "fifteen"),
        ("EMAIL_URL", "smtp://"), ("EMAIL_URL", "smtp+tls://u:s3cret@:587"),
        ("DATABASE_URL", "mysql:/u:s3cret@h/c"), ("PUSH_KEY", "s3cret"), ("PUSH_KEY", "é" * 43),
        ("PUSH_KEY", "A" * 43), ("PUSH_KEY", "_" * 43),
        ("SECOND_FACTOR_KEY", "s3cret"), ("SECOND_FACTOR_KEY", f"{'A' * 43}=,s3cret"),
        ("FCM_CREDENTIALS", "/nonexistent/s3cret.json"), ("FCM_CREDENTIALS", "/"), ("FCM_CREDENTIALS", "{s3cret"),
        ("FCM_CREDENTIALS", "{}"), ("FCM_CREDENTIALS", json.dumps(FCM_JSON | {"private_key": "s3cret"})),
        ("FCM_CREDENTIALS", json.dumps(FCM_JSON | {"private_key": pem()})),
        ("FCM_CREDENTIALS", json.dumps(FCM_JSON | {"project_id": "../x"})),
        ("FCM_CREDENTIALS", json.dumps(FCM_JSON | {"type": "authorized_user"})),
        ("FCM_CREDENTIALS", json.dumps(FCM_JSON | {"client_email": None})),
        ("FCM_URL", "https://evil.example"), ("FCM_URL", "127.0.0.1:9"), ("APNS_URL", "https://127.0.0.1:9/x"),
        ("APNS_SANDBOX", "maybe"), ("APNS_KEY", "/nonexistent/s3cret.p8"), ("APNS_KEY", FCM_JSON["private_key"]),
        ("APNS_KEY", "-----BEGIN PRIVATE KEY-----s3cret"), ("APNS_KEY", pem(generate_private_key(SECP384R1()))),
    ],
)  # fmt: skip
def test_it_names_the_wrong_setting(name, value, recwarn):
    with pytest.raises(SystemExit) as stop:
        read(**{name: value})
    sentence = str(stop.value)
    assert sentence.startswith(f"{name} cannot be used. ")
    assert "s3cret" not in sentence + "".join(str(warning.message) for warning in recwarn)


@pytest.mark.parametrize(
    ("name", "value"),
    [("APNS_KEY", ""), ("APNS_KEY_ID", ""), ("APNS_TEAM_ID", "team567890"), ("APNS_TEAM_ID", ""), ("APNS_TOPIC", ""),
     ("APNS_TOPIC", "a/b.c"), ("APNS_TOPIC", "chat")],
)  # fmt: skip
def test_the_key_of_an_app_of_apple_is_whole_or_refused(name, value):
    with pytest.raises(SystemExit, match=f"^{name} cannot be used.*go together"):
        read(**APPLE | {name: value})


def test_it_reads_the_keys_of_apps(tmp_path):
    assert (read()["FCM_ACCOUNT"], read()["APNS"]) == (None, None)
    files = {"FCM_CREDENTIALS": tmp_path / "fcm.json", "APNS_KEY": tmp_path / "key.p8"}
    files["FCM_CREDENTIALS"].write_text(json.dumps(FCM_JSON))
    files["APNS_KEY"].write_text(pem())
    for written in (
        {"FCM_CREDENTIALS": json.dumps(FCM_JSON)},
        {name: str(path) for name, path in files.items()},
        # As a file of settings has it, on one line.
        {"APNS_KEY": pem().replace("\n", "\\n"), "FCM_CREDENTIALS": json.dumps(FCM_JSON)},
    ):
        found = read(**APPLE | written, PUBLIC_URL="https://chat.example.org")
        assert (found["FCM_ACCOUNT"].project, found["APNS"].topic) == ("practice-1", "org.example.chat")
        assert (found["FCM_URL"], found["APNS_URL"]) == ("https://fcm.googleapis.com", "https://api.push.apple.com")
        assert found["FCM_TOKEN_URL"] == "https://oauth2.googleapis.com/token"
        assert "PRIVATE" not in repr((found["FCM_ACCOUNT"], found["APNS"]))
    assert read(APNS_SANDBOX="1")["APNS_URL"] == "https://api.sandbox.push.apple.com"


def test_a_stand_in_of_such_a_service_is_for_a_site_on_this_machine_alone():
    here = {"FCM_URL": "https://127.0.0.1:9", "APNS_URL": "https://localhost:10"}
    found = read(**here)
    assert (found["FCM_TOKEN_URL"], found["APNS_URL"]) == ("https://127.0.0.1:9/token", "https://localhost:10")
    for name, value in here.items():
        with pytest.raises(SystemExit, match=f"^{name} cannot be used"):
            read(**{name: value}, PUBLIC_URL="https://chat.example.org")


def test_it_reads_what_is_right():
    assert read()["CLAMD_URL"] is None
    assert read(CLAMD_URL="tcp://[::1]:3310")["CLAMD_URL"] == ("tcp", ("::1", 3310))
    assert read(CLAMD_URL="unix:///run/clamav/clamd.ctl")["CLAMD_URL"] == ("unix", "/run/clamav/clamd.ctl")
    found = read(DEBUG="off", PORT="81", HOST="::1", CHAT_CORRECTION_HOURS="0.5", CHAT_REACTIONS="a=b,c=d")
    assert (found["DEBUG"], found["PORT"], found["CHAT_CORRECTION_HOURS"]) == (False, 81, 0.5)
    assert (found["PUBLIC_URL"], found["CHAT_REACTIONS"]) == ("http://[::1]:81", {"a": "b", "c": "d"})
    assert read(PUBLIC_URL="https://chat.example.org/")["PUBLIC_URL"] == "https://chat.example.org"
    [chosen] = read(DATABASE_URL="mysql://u:p@h:3307/chat", DATABASE_PATIENCE="7")["DATABASES"].values()
    assert (chosen["ENGINE"], chosen["PORT"], chosen["OPTIONS"]["read_timeout"]) == (
        "chatsite.database.mysql",
        3307,
        7,
    )


@pytest.mark.parametrize(
    ("written", "found"), [("", (False, False)), ("subdomains", (True, False)), ("preload", (True, True))]
)
def test_other_hosts_of_the_domain_are_promised_nothing_unless_asked(written, found):
    values = read(PUBLIC_URL="https://chat.example.org", HSTS=written)
    assert values["SECURE_HSTS_SECONDS"] == 31_536_000
    assert (values["SECURE_HSTS_INCLUDE_SUBDOMAINS"], values["SECURE_HSTS_PRELOAD"]) == found


@pytest.mark.parametrize("written", ["", " "])
def test_an_empty_host_does_not_open_every_address(written):
    assert read(HOST=written)["HOST"] == "127.0.0.1"
    assert read(ALLOWED_HOSTS="", PUBLIC_URL="https://chat.example.org", DEBUG="0")["ALLOWED_HOSTS"] == [
        "chat.example.org"
    ]


def test_what_is_empty_for_a_bucket_is_not_set():
    found = read(S3_BUCKET="clinic", S3_REGION="", S3_ENDPOINT_URL="", S3_ACCESS_KEY="", S3_SECRET_KEY="")
    assert set(found["S3_ACCESS"].values()) == {None}
    assert "https://clinic.s3.amazonaws.com" in found["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["img-src"]


def test_a_folder_is_within_the_release_or_elsewhere():
    assert read(ASSETS_ROOT="uploads")["ASSETS_ROOT"] == settings.BASE_DIR / "uploads"
    assert str(read(ASSETS_ROOT="/srv/chat/assets")["ASSETS_ROOT"]) == "/srv/chat/assets"


@pytest.mark.parametrize(
    ("address", "starttls", "tls_at_once"),
    [
        ("smtps://u:p@mail.example.org:465", False, True),
        ("smtps://mail.example.org", False, True),
        ("smtp+ssl://mail.example.org:465", False, True),
        ("smtps://mail.example.org:587", True, False),
        ("smtp+tls://mail.example.org:587", True, False),
        ("smtp://mail.example.org:25", False, False),
    ],
)
def test_smtps_encrypts_from_the_first_byte_but_at_ports_that_speak_before(address, starttls, tls_at_once):
    found = read(EMAIL_URL=address)
    assert found.get("EMAIL_USE_TLS", False) is starttls
    assert found.get("EMAIL_USE_SSL", False) is tls_at_once


def test_the_public_address_is_what_browsers_send_as_origin():
    for written, origin in {
        "https://Chat.Example.ORG:443/": "https://chat.example.org",
        "http://chat.example.org:80": "http://chat.example.org",
        "https://chat.example.org:8443": "https://chat.example.org:8443",
        "https://cabinet-été.fr": "https://xn--cabinet-t-i4ab.fr",
        "http://[::1]:8000": "http://[::1]:8000",
    }.items():
        found = read(PUBLIC_URL=written)
        assert (found["PUBLIC_URL"], found["CSRF_TRUSTED_ORIGINS"]) == (origin, [origin])


def test_a_value_that_begins_with_a_dollar_is_no_reference():
    found = read(METRICS_TOKEN="$NOT_SET", SECRET_KEY="$ecret", ALLOWED_HOSTS="$a,b", DEBUG="0")
    assert (found["METRICS_TOKEN"], found["SECRET_KEY"], found["ALLOWED_HOSTS"]) == ("$NOT_SET", "$ecret", ["$a", "b"])


def test_it_reads_the_options_of_a_database():
    url = "mysql://u:p@h/c?connect_timeout=9&compress=true&ssl_mode=required&isolation_level=Serializable"
    options = read(DATABASE_URL=url)["DATABASES"]["default"]["OPTIONS"]
    assert (options["connect_timeout"], options["compress"], options["ssl_mode"]) == (9, True, "REQUIRED")
    assert options["isolation_level"] == "serializable"
    assert read(DATABASE_URL="sqlite:////tmp/c?timeout=0.5")["DATABASES"]["default"]["OPTIONS"]["timeout"] == 0.5


@pytest.mark.parametrize(("debug", "filters"), [("0", ["request_id", "route"]), ("1", ["request_id"])])
def test_addresses_are_in_the_log_of_a_developer_alone(debug, filters):
    assert read(DEBUG=debug)["LOGGING"]["handlers"]["console"]["filters"] == filters


def test_only_the_demo_has_a_name_that_nobody_gave():
    assert read()["CLINIC_NAME"] == "Cabinet des Tilleuls"
    assert read(DEBUG="0")["CLINIC_NAME"] == ""


def test_whoever_names_an_authority_has_the_database_verified(tmp_path):
    for name in ("ca", "cert", "key"):
        (tmp_path / name).touch()

    def options(query):
        found = read(DATABASE_URL=f"mysql://u:p@h/c?{query}")["DATABASES"]["default"]["OPTIONS"]
        return found.get("ssl"), found.get("ssl_mode")

    assert options("") == (None, None)
    assert options(f"ssl_ca={tmp_path}/ca") == ({"ca": f"{tmp_path}/ca"}, "VERIFY_IDENTITY")
    assert options(f"ssl_ca={tmp_path}/ca&ssl_mode=verify_ca")[1] == "VERIFY_CA"
    files = {"cert": f"{tmp_path}/cert", "key": f"{tmp_path}/key"}
    assert options("&".join(f"ssl_{name}={path}" for name, path in files.items())) == (files, None)


def test_mail_comes_from_an_address_by_default():
    assert read(HOST="::1")["DEFAULT_FROM_EMAIL"] == "no-reply@localhost"
    assert read(PUBLIC_URL="https://chat.example.org")["DEFAULT_FROM_EMAIL"] == "no-reply@chat.example.org"
    assert read(FROM_EMAIL="Dr. Été <x@example.org>")["DEFAULT_FROM_EMAIL"] == "Dr. Été <x@example.org>"


def test_a_line_without_a_name_is_refused_by_its_number(tmp_path, caplog):
    file = tmp_path / "env"
    file.write_text("DEBUG=1\n\nSECRET_KEY s3cret\n")
    with pytest.raises(SystemExit) as stop:
        read(ENV_FILE=str(file))
    assert str(stop.value) == "ENV_FILE cannot be used. Line 3 of its file is no NAME=value."
    assert "s3cret" not in caplog.text
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(SystemExit, match=r"^ENV_FILE cannot be used"):
        read(ENV_FILE=str(file))


@pytest.mark.scripts
@pytest.mark.parametrize(
    "environment",
    [
        {"DATABASE_URL": "mysql://u:s3cret@127.0.0.1:1/chat"}, {"DATABASE_URL": "mysql://u:s3cret@127.0.0.1/chat?no=1"},
        {"DATABASE_URL": "sqlite:////dev/null/db.sqlite3"}, {"REDIS_URL": "host:6379"}, {"PORT": "eighty"},
    ],
)  # fmt: skip
def test_the_start_ends_with_a_sentence(environment):
    """`bin/run` and `bin/run prepare` start with this command, the roles with its --check."""
    command = [sys.executable, settings.BASE_DIR / "manage.py", "prepare", "--check"]
    whole = {"PATH": os.environ["PATH"], **BASE, "DATABASE_URL": "sqlite://:memory:", **environment}
    done = subprocess.run(command, env=whole, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert next(iter(environment)) in done.stderr
    assert "Traceback" not in done.stderr
    assert "s3cret" not in done.stderr
