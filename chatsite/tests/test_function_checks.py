"""The checks of settings that name a function."""

import pytest

from chatsite import function_checks
from chatsite.tests.problems import ids


class TestMayTalk:
    @pytest.mark.parametrize(
        "path",
        [
            "", "may_talk", ".may_talk", "..a.b", "chat.services.chats", "no.such.thing", "nothing",
            "no.such.module", "chat.services.chats.no_such", "chatsite.settings.PORT",
        ],
    )  # fmt: skip
    def test_it_refuses_what_is_no_function(self, settings, path):
        settings.CHAT_MAY_TALK = path
        assert ids(function_checks.check_may_talk()) == ["chatsite.E010"]

    def test_it_accepts_ours(self):
        assert function_checks.check_may_talk() == []


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
            "notifications.tests.sms_provider.sen", "accounts.phones.as_stored",
            "chatsite.tests.test_function_checks.no_sender",
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
