"""Which devices are told of a message in chat 7, and how soon, by who looks at what."""

from datetime import timedelta

import pytest

from chat.services.looking import Look
from notifications.services.looking import LATER, delays

NOW, NEVER = timedelta(), None
HERE, ELSEWHERE = 7, 8


@pytest.mark.parametrize(
    ("looks", "phone", "tablet"),
    [
        ([], NOW, NOW),
        ([("phone", HERE)], NEVER, LATER),
        ([("tablet", HERE)], LATER, NEVER),
        ([("phone", HERE), ("tablet", HERE)], NEVER, NEVER),
        # A device that shows another chat is told as well, after the time in which its person may notice.
        ([("phone", ELSEWHERE)], LATER, LATER),
        ([("phone", ELSEWHERE), ("tablet", HERE)], LATER, NEVER),
        ([("phone", ELSEWHERE), ("phone", HERE)], NEVER, LATER),
        # A browser that is signed in and gets no pushes, or a sign-in of before they had public ids.
        ([("browser", HERE)], LATER, LATER),
        ([("", HERE)], LATER, LATER),
    ],
)
def test_who_looks_decides_who_is_told(looks, phone, tablet):
    found = delays({1: "phone", 2: "tablet"}, chat_id=HERE, looks=[Look(*look) for look in looks])
    assert found == {1: phone, 2: tablet}


def test_a_device_without_a_sign_in_never_looks():
    assert delays({1: ""}, chat_id=HERE, looks=[Look("", HERE)]) == {1: LATER}


def test_without_devices_nobody_is_told():
    assert delays({}, chat_id=HERE, looks=[Look("phone", HERE)]) == {}
