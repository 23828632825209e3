"""The lines below the list that ask for something: one at a time on a phone, which has room for little else."""

import pytest
from playwright.sync_api import expect

from tests.browser.screen import wait_until


@pytest.fixture
def demanded(backstage):
    backstage.demand_factor(demands=True)
    yield
    backstage.demand_factor(demands=False)


def test_on_a_phone_the_second_factor_comes_before_notifications(demanded, sign_in, people):
    page = sign_in(people.doctor, at="/professional/chat", width=375)
    factor, notifications = page.locator(".nudge"), page.locator("push-notice")
    # The server knows it within five seconds.
    wait_until(page, lambda: page.reload() and factor.count())
    show = "notice => { notice.hidden = false; return notice.checkVisibility(); }"
    assert not notifications.evaluate(show)
    expect(factor).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 800})
    # Its script may hide it once more, where it is just defined.
    wait_until(page, lambda: notifications.evaluate(show))
