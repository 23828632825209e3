"""Which addresses are push services: anything else would have this server call what a stranger wants."""

import pytest

from chatsite.checks import check_push_hosts
from notifications.channels.endpoints import may_leave, service_of


@pytest.mark.parametrize(
    ("endpoint", "service"),
    [
        ("https://fcm.googleapis.com/fcm/send/dBl0Zx:APA91b-_", "fcm.googleapis.com"),
        ("https://FCM.googleapis.com:443/wp/a@b", "fcm.googleapis.com"),
        ("https://updates.push.services.mozilla.com/wpush/v2/gAAA=", "updates.push.services.mozilla.com"),
        ("https://wns2-par02p.notify.windows.com/w/?token=BQYAA%3d", ".notify.windows.com"),
        ("https://web.push.apple.com/QN0", ".push.apple.com"),
        ("https://push.clinic.fr/up?x=1", "push.clinic.fr"),
        ("https://a.up.clinic.fr/x", ".up.clinic.fr"),
    ],
)
def test_services(settings, endpoint, service):
    settings.CHAT_PUSH_HOSTS = ["push.clinic.fr", ".up.clinic.fr"]
    assert service_of(endpoint) == service


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com@evil.example/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilfcm.googleapis.com/x",
        "https://notify.windows.com.evil/x",
        "https://evil-notify.windows.com/x",
        # Not "k" nor "s", but what some programs make of them.
        "https://\u212a.push.apple.com/x",
        "https://\u017f.push.apple.com/x",
        "https://.notify.windows.com/x",
        "https://user:secret@web.push.apple.com/x",
        "https://web.push.apple.com#@evil.example/x",
        "https://web.push.apple.com/x#y",
        "https://evil.example\\.push.apple.com/x",
        "https://evil.example/.push.apple.com/x",
        "https://web.push.apple.com/ x",
        "https://web.push.apple.com/x\r\nHost: evil",
        "https://fcm.googleapis.com./x",
        "https://127.0.0.1/x",
        "https://0x7f.1/x",
        "https://[::1]/x",
        "https://localhost/x",
        "http://127.0.0.1:9/x",
        "http://169.254.169.254/latest",
        "https://fcm.googleapis.com",
        "https://fcm.googleapis.com/" + "x" * 2000,
        "",
    ],
)
def test_what_is_none(endpoint):
    assert service_of(endpoint) is None


def test_a_stand_in_is_for_a_site_on_this_machine_alone(settings):
    settings.CHAT_PUSH_HOSTS, settings.IS_LOCAL_SITE = ["127.0.0.1:9"], True
    assert service_of("http://127.0.0.1:9/x") == "127.0.0.1:9"
    assert service_of("http://127.0.0.1:10/x") is None
    assert check_push_hosts() == []
    settings.IS_LOCAL_SITE = False
    assert service_of("http://127.0.0.1:9/x") is None
    assert [problem.id for problem in check_push_hosts()] == ["chatsite.E024"]


@pytest.mark.parametrize(
    ("host", "is_one"),
    [
        ("push.clinic.fr", True),
        (".clinic.fr", True),
        ("https://push.clinic.fr", False),
        ("push.clinic.fr:8443", False),
        ("*.clinic.fr", False),
        ("10.0.0.5", False),
        (".", False),
        (".fr", False),
        ("localhost", False),
    ],
)
def test_the_setting_has_names_alone(settings, host, is_one):
    settings.CHAT_PUSH_HOSTS, settings.IS_LOCAL_SITE = [host], False
    assert (check_push_hosts() == []) == is_one


def test_with_debug_nothing_leaves_this_machine(settings):
    settings.DEBUG = True
    assert not may_leave("https://fcm.googleapis.com/x")
    assert may_leave("http://127.0.0.1:9/x")
