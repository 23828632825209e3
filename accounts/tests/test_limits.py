"""The limits of sign-ins beside that of one account at one address, which test_lockout is about."""

import threading
from dataclasses import replace
from unittest.mock import patch

from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import signing
from django.test import Client, TestCase

from accounts.models import LinkRequest, SignIn
from accounts.services import hashing, people
from accounts.services.hashing import Slots, slots
from accounts.services.known_devices import COOKIE
from chatsite import limiter
from chatsite.models import LimiterWindow
from chatsite.testing import PASSWORD, Cast

ADA, BEN = "ada@example.org", "ben@example.org"


def lowered(name, most, place=None):
    """The same policy with fewer tries, as after the difference."""
    policy = getattr(limiter, name)

    def fewer(*args):
        limits = policy(*args)
        if not isinstance(limits, list):
            return replace(limits, most=most)
        return [replace(one, most=most) if place in (None, number) else one for number, one in enumerate(limits)]

    return patch.object(limiter, name, fewer)


class LimitsTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()

    def api(self, email=ADA, password="wrong", *, address="9.9.9.9", **more):
        body = {"email": email, "password": password, **more}
        return Client().post("/api/auth/login", body, content_type="application/json", REMOTE_ADDR=address)

    def page(self, client, password=PASSWORD, email=ADA, address="9.9.9.9"):
        return client.post("/accounts/login/", {"login": email, "password": password}, REMOTE_ADDR=address)

    def lock(self, *attempts):
        for email, address in attempts:
            self.assertEqual(self.api(email, address=address).status_code, 401)

    def test_an_account_is_limited_wherever_the_tries_come_from(self):
        with lowered("failures_of", 3):
            self.lock(*((ADA, f"{number}.1.1.1") for number in range(1, 4)))
            answer = self.api(password=PASSWORD, address="7.7.7.7")
            self.assertEqual((answer.status_code, answer.json()["error"]), (429, "too_many_attempts"))
            self.assertGreater(int(answer["Retry-After"]), 600)
            self.assertEqual(self.page(Client(), address="7.7.7.7").status_code, 429)
            self.assertEqual(self.api(BEN, PASSWORD, address="7.7.7.7").status_code, 200)

    def test_an_address_and_its_network_are_limited_whatever_the_account(self):
        for place, other in ((0, "9.9.9.8"), (1, "9.9.8.9")):
            with self.subTest(place), lowered("failures_from", 3, place):
                LimiterWindow.objects.all().delete()
                self.lock(*((f"nobody{number}@example.org", "9.9.9.9") for number in range(3)))
                self.assertEqual(self.api(password=PASSWORD).status_code, 429)
                self.assertEqual(self.api(password=PASSWORD, address=other).status_code, 200)

    def test_a_clinic_behind_one_address_signs_in(self):
        with lowered("failures_from", 3):
            for _ in range(5):
                self.assertEqual(self.api(password=PASSWORD).status_code, 200)
        failures = [limiter.failures_of(ADA), *limiter.failures_from("9.9.9.9")]
        rows = LimiterWindow.objects.filter(digest__in=[limit.digest for limit in failures])
        self.assertEqual([row.tries for row in rows], [0, 0, 0])

    def test_a_program_that_signs_in_for_each_request_is_slowed(self):
        with lowered("sign_ins", 3):
            app = self.api(password=PASSWORD).json()["device"]
            for _ in range(3):
                self.assertEqual(self.api().status_code, 401)
            self.assertEqual([self.api(password=PASSWORD).status_code for _ in range(3)], [200, 200, 429])
            answer = self.api(password=PASSWORD, device=app)
            self.assertEqual((answer.status_code, answer.json()["error"]), (429, "too_many_attempts"))
            self.assertIn("Too many sign-ins", answer.json()["message"])
            self.assertGreater(int(answer["Retry-After"]), 60)
            self.assertEqual(self.page(Client()).status_code, 429)
            # Others at the clinic, and the same person elsewhere.
            self.assertEqual(self.api(BEN, PASSWORD).status_code, 200)
            self.assertEqual(self.api(password=PASSWORD, address="8.9.9.9").status_code, 200)
        self.assertEqual(SignIn.objects.filter(user=self.cast.ada).count(), 4)

    def test_a_new_key_forgets_no_failure(self):
        self.lock(*[(ADA, "9.9.9.9")] * 10)
        with self.settings(SECRET_KEY="a new one", SECRET_KEY_FALLBACKS=[]):
            self.assertEqual(self.api(password=PASSWORD).status_code, 429)

    def test_strangers_do_not_lock_a_known_device_out(self):
        browser = Client()
        self.assertEqual(self.page(browser).status_code, 302)
        app = self.api(password=PASSWORD).json()["device"]
        browser.post("/accounts/logout/")
        with lowered("failures_of", 3), lowered("failures_from", 3):
            self.lock(*[(ADA, "9.9.9.9")] * 3)
            self.assertEqual(self.api(password=PASSWORD).status_code, 429)
            self.assertEqual(self.api(password=PASSWORD, device=app).status_code, 200)
            self.assertEqual(self.page(browser).status_code, 302)

    def test_a_known_device_has_ten_failures_of_its_own(self):
        app = self.api(password=PASSWORD).json()["device"]
        for _ in range(10):
            self.assertEqual(self.api(device=app).status_code, 401)
        self.assertEqual(self.api(password=PASSWORD, device=app).status_code, 429)
        # Elsewhere nothing was counted.
        self.assertEqual(self.api(password=PASSWORD).status_code, 200)

    def test_a_device_keeps_its_name_and_starts_afresh_with_a_success(self):
        app = self.api(password=PASSWORD).json()["device"]
        for _ in range(9):
            self.api(device=app)
        again = self.api(password=PASSWORD, device=app).json()["device"]
        for _ in range(9):
            self.assertEqual(self.api(device=again).status_code, 401)
        for _ in range(2):
            self.api(device=app)
        self.assertEqual(self.api(password=PASSWORD, device=again).status_code, 429)

    def test_a_token_of_another_account_or_of_nobody_is_none(self):
        theirs = self.api(BEN, PASSWORD).json()["device"]
        mine = self.api(password=PASSWORD).json()["device"]
        self.lock(*[(ADA, "9.9.9.9")] * 10)
        for token in (theirs, mine[:-1] + "x", "x", signing.dumps(["name", "digest"]), ""):
            with self.subTest(token):
                self.assertEqual(self.api(password=PASSWORD, device=token or "x").status_code, 429)
        self.assertEqual(self.api(password=PASSWORD, device=mine).status_code, 200)

    def test_its_cookie_opens_nothing_and_is_sent_with_a_sign_in_only(self):
        browser = Client()
        cookie = self.page(browser).cookies[COOKIE]
        self.assertEqual((cookie["path"], cookie["samesite"], cookie["httponly"]), ("/accounts/login/", "Lax", True))
        self.assertNotIn("ada", cookie.value)
        other = Client()
        other.cookies[COOKIE] = cookie.value
        self.assertEqual(other.get("/api/auth/me").status_code, 401)

    def test_without_a_place_for_the_hash_it_is_busy_and_counts_nothing(self):
        app = self.api(password=PASSWORD).json()["device"]
        with patch.object(hashing, "WAIT_SECONDS", 0.01), slots.one(known=False), slots.one(known=False):
            answer = self.api(password=PASSWORD)
            self.assertEqual((answer.status_code, answer.json()["error"]), (503, "busy"))
            self.assertEqual(answer["Retry-After"], "5")
            page = self.page(Client())
            self.assertEqual((page.status_code, page["Retry-After"]), (503, "5"))
            self.assertEqual(self.api(password=PASSWORD, device=app).status_code, 200)
            with slots.one(known=True):
                self.assertEqual(self.api(password=PASSWORD, device=app).status_code, 503)
        for _ in range(10):
            self.assertEqual(self.api().status_code, 401)

    def test_a_reset_is_limited_by_mailbox_and_by_address(self):
        def ask(email, address="9.9.9.9"):
            return Client().post("/accounts/password/reset/", {"email": email}, REMOTE_ADDR=address)

        self.assertEqual([ask(BEN, f"{number}.9.9.9").status_code for number in range(1, 7)], [302] * 5 + [429])
        self.assertGreater(int(ask(BEN, "8.9.9.9")["Retry-After"]), 600)
        self.assertEqual(LinkRequest.objects.count(), 5)
        with lowered("resets", 2, 1):
            statuses = [ask(f"nobody{number}@example.org").status_code for number in range(3)]
        self.assertEqual(statuses, [302, 302, 429])

    def test_new_passwords_by_links_are_limited_by_address(self):
        def choose(address="9.9.9.9"):
            return Client().post("/accounts/password/reset/key/1-x/", {}, REMOTE_ADDR=address)

        with lowered("links_tried", 2, 0):
            self.assertEqual([choose().status_code for _ in range(3)], [200, 200, 429])
            self.assertEqual(choose("8.8.8.8").status_code, 200)


class SlotsTests(TestCase):
    def test_two_hashes_run_at_once_whoever_asks(self):
        """Ten threads, of which each reports how many others it met."""
        own, most, now, lock = Slots(), [0], [0], threading.Lock()

        def encode(*args):
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            started.wait(0.02)
            with lock:
                now[0] -= 1

        def one():
            with own.one(known=False):
                encode()

        started = threading.Event()
        threads = [threading.Thread(target=one) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(most, [2])

    def test_a_password_that_is_set_takes_a_place_too(self):
        cast = Cast.build()
        with (
            patch.object(slots, "one", side_effect=slots.one) as one,
            patch.object(MD5PasswordHasher, "encode", return_value="md5$x$y"),
        ):
            people.set_password(cast.ben, password="quite another phrase")
        self.assertEqual(one.call_count, 1)
