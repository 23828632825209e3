"""What becomes of a push that a service refuses or does not answer, and of one that is under way at a stop."""

import pytest
from django.utils import timezone

from chat.tests.talk import post_message
from chatsite.testing.push_service import Browser, push_service
from notifications import content
from notifications.channels.push import Unsent
from notifications.delivery.lines import Lines
from notifications.models import Device, Notice
from notifications.tests.pushed import pushes, states

pytestmark = pytest.mark.django_db
State = Notice.State
PUSH = content.message_push(account="x", chat_id=1, seq=1, badge=1)


class TestFailures:
    @pytest.mark.parametrize("status", [404, 410])
    def test_a_device_that_is_gone_is_deleted(self, cast, browser, service, pushing, status):
        service.answers[browser.path] = status, {}
        post_message(cast.ada, cast.chat)
        pushing(seconds=1)
        assert not Device.objects.exists()
        assert [state for *_, state in states()] == [State.SKIPPED]

    def test_others_are_told_and_the_rest_is_tried_again(self, cast, browser, subscribe, service, pushing):
        phone = subscribe(cast.ben)
        service.answers[phone.path] = 500, {}
        message = post_message(cast.ada, cast.chat)
        pushing(seconds=1)
        assert states() == [(message.pk, 0, State.SENT), (message.pk, 1, State.WAITING)]
        assert Device.objects.get(public_id=phone.id).error == "HTTP 500"
        del service.answers[phone.path]
        pushing(seconds=59)
        assert len(service.told(phone)) == 1
        pushing(seconds=1)
        assert (len(service.told(browser)), len(service.told(phone))) == (1, 2)
        assert states() == [(message.pk, 0, State.SENT), (message.pk, 1, State.SENT)]
        assert Device.objects.get(public_id=phone.id).error == ""

    @pytest.mark.parametrize("status", [429, 503])
    def test_a_service_says_when_to_try_again(self, cast, browser, service, pushing, status):
        service.answers[browser.path] = status, {"Retry-After": "300"}
        post_message(cast.ada, cast.chat)
        pushing(seconds=1)
        # A newer message must not hurry it.
        post_message(cast.ada, cast.chat)
        pushing(seconds=200)
        assert len(service.got) == 1
        del service.answers[browser.path]
        pushing(seconds=101)
        assert [told["badge"] for told in service.told(browser)] == [1, 2]

    def test_tries_have_an_end(self, cast, browser, service, pushing):
        service.answers[browser.path] = 500, {}
        post_message(cast.ada, cast.chat)
        pushing()
        for _ in range(90):
            pushing(minutes=1)
        assert len(service.got) == 5
        notice = pushes().get()
        assert (notice.state, notice.error, notice.attempts) == (State.FAILED, "HTTP 500", 5)

    @pytest.mark.parametrize("status", [301, 307, 400, 403, 413])
    def test_what_no_try_would_help_is_given_up(self, cast, browser, service, pushing, status):
        service.answers[browser.path] = status, {"Location": f"{service.url}/elsewhere"}
        post_message(cast.ada, cast.chat)
        pushing()
        pushing(minutes=2)
        assert [path for path, _, _ in service.got] == [browser.path]
        assert pushes().get().state == State.FAILED
        assert Device.objects.exists()

    def test_a_service_that_hangs_delays_nobody_elsewhere(self, cast, browser, subscribe, service, pushing, settings):
        with push_service() as other:
            settings.CHAT_PUSH_HOSTS = [service.place, other.place]
            adas = subscribe(cast.ada, browser=Browser(other))
            service.silent.add(browser.path)
            post_message(cast.ada, cast.chat)
            post_message(cast.ben, cast.chat)
            assert pushing.turn() == 2
            while pushing.turn() == 2:
                pushing.wait(0.05)
            assert list(pushes().filter(user=cast.ada).values_list("state", flat=True)) == [State.SENT]
            assert list(pushes().filter(user=cast.ben).values_list("state", flat=True)) == [State.WAITING]
            service.released.set()
            pushing()
            assert len(other.told(adas)) == 1

    def test_what_hangs_for_longer_is_tried_again_and_what_waited_behind_it_is_not_sent_late(
        self, cast, subscribe, service, pushing, clock, monkeypatch
    ):
        monkeypatch.setattr("notifications.delivery.lines.LINES", 1)
        browsers = [subscribe(cast.ben), subscribe(cast.ben)]
        pushing()
        service.silent |= {browser.path for browser in browsers}
        post_message(cast.ada, cast.chat)
        pushing.turn()
        assert service.asked.wait(10)
        clock(seconds=61)
        pushing.turn()
        notice = pushes().get()
        assert (notice.state, notice.error) == (State.WAITING, "Timeout")
        service.released.set()
        pushing()
        assert len(service.got) == 1
        pushing(minutes=2)
        assert [len(service.told(browser)) for browser in browsers] in ([2, 1], [1, 2])

    def test_a_connection_that_ends_is_no_outage(self, cast, browser, service, pushing):
        service.broken.add(browser.path)
        post_message(cast.ada, cast.chat)
        pushing(seconds=1)
        assert len(service.told(browser)) == 2
        assert [state for *_, state in states()] == [State.SENT]

    def test_a_service_that_is_away_is_left_in_peace(self, cast, browser, subscribe, service, pushing):
        service.shutdown()
        service.server_close()
        post_message(cast.ada, cast.chat)
        pushing(seconds=1)
        assert pushes().get().error == "ConnectError"
        post_message(cast.ada, cast.chat)
        pushing(seconds=1)
        assert pushes().last().error == "Resting"

    def test_a_name_that_somebody_invented_stops_nobody_at_the_same_service(
        self, cast, subscribe, service, settings, monkeypatch
    ):
        """They share the lines, and not the rest."""

        def unknown(self, device, push):
            raise Unsent("ConnectError", is_down=True)

        monkeypatch.setattr("notifications.channels.web.WebPush.send", unknown)
        settings.CHAT_PUSH_HOSTS = [".push.example"]
        lines, browser = Lines(timezone.now), Browser(service)
        kinds = []
        for name in ("a", "b", "a"):
            browser.endpoint = f"https://{name}.push.example/x"
            kinds.append(lines.send(subscribe(cast.ben, browser=browser).device, PUSH).exception().kind)
        assert kinds == ["ConnectError", "ConnectError", "Resting"]


class TestAtAStop:
    def test_what_is_under_way_is_waited_for_and_noted(self, cast, browser, service, pushing, clock):
        service.silent.add(browser.path)
        post_message(cast.ada, cast.chat)
        clock(seconds=1)
        assert pushing.turn() == 1
        service.released.set()
        pushing.finish(10)
        assert pushes().get().state == State.SENT

    def test_what_takes_longer_is_left_to_another(self, cast, browser, service, pushing, clock):
        service.silent.add(browser.path)
        post_message(cast.ada, cast.chat)
        clock(seconds=1)
        pushing.turn()
        pushing.finish(0.05)
        notice = pushes().get()
        assert (notice.state, bool(notice.claimed_by)) == (State.WAITING, True)
