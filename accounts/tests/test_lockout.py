from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from unittest.mock import patch

from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import TestCase, TransactionTestCase, override_settings
from django.utils import timezone
from django.utils.formats import date_format
from rest_framework.test import APIClient

from accounts import lockout
from accounts.errors import WrongCode, WrongPassword
from accounts.models import LockOut, User
from accounts.services import idle, lock_outs, second_factor, sign_ins
from accounts.tests.factors import set_up_app
from chatsite import limiter
from chatsite.http.errors import TooManyAttempts
from chatsite.limiter import HOUR
from chatsite.models import LimiterFailure as AccessFailureLog
from chatsite.testing import PASSWORD, Cast, page_client

ADA = "ada@example.org"


class Doors:
    """Both ways to try a password."""

    def setUp(self):
        self.client = APIClient()

    def api(self, email=ADA, password="wrong", **headers):
        return self.client.post("/api/auth/login", {"email": email, "password": password}, **headers)

    def page(self, email=ADA, password="wrong", **headers):
        return self.client.post(
            "/accounts/login/", {"login": email, "password": password}, format="multipart", **headers
        )

    def age_failures(self, **age):
        for row in AccessFailureLog.objects.all():
            AccessFailureLog.objects.filter(pk=row.pk).update(attempt_time=row.attempt_time - timedelta(**age))


class LockoutTests(Doors, TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()

    def lock(self, **headers):
        for _ in range(10):
            self.assertEqual(self.api(**headers).status_code, 401)

    def assert_locked(self, **headers):
        self.assertEqual(self.api(password=PASSWORD, **headers).status_code, 429)

    def test_ten_failures_lock_the_api(self):
        self.lock()
        with patch.object(MD5PasswordHasher, "encode") as encode:
            answer = self.api(password=PASSWORD)
        self.assertEqual(encode.call_count, 0)
        self.assertEqual(answer.status_code, 429)
        self.assertEqual((answer.json()["success"], answer.json()["error"]), (False, "too_many_attempts"))
        self.assertTrue(890 <= int(answer.headers["Retry-After"]) <= 900, answer.headers["Retry-After"])

    def test_the_practice_sees_that_an_account_was_locked(self):
        place = f"/admin/accounts/user/{self.cast.ada.pk}/change/"
        admin = page_client(self.cast.admin)
        self.lock()
        self.assertEqual(lock_outs.of_person(self.cast.ada), [])
        self.assert_locked()
        self.assert_locked()
        [one] = lock_outs.of_person(self.cast.ada)
        self.assertTrue(timedelta(minutes=14) < one.until - one.began_at < timedelta(minutes=17))
        self.assertEqual(lock_outs.of_person(self.cast.ben), [])
        self.assertContains(admin.get(place), date_format(timezone.localtime(one.until), "DATETIME_FORMAT"))

    def test_the_practice_sees_that_wrong_codes_or_a_wrong_unlock_locked_it(self):
        set_up_app(self.cast.ada)
        sign_in = sign_ins.start(self.cast.ben, kind="browser")
        tries = {
            self.cast.ada: (WrongCode, lambda: second_factor.use_code(self.cast.ada, "12345678")),
            self.cast.ben: (WrongPassword, lambda: idle.unlock_by_password(sign_in, password="wrong")),
        }
        for person, (wrong, guess) in tries.items():
            for _ in range(5):
                with self.assertRaises(wrong):
                    guess()
            self.assertEqual(lock_outs.of_person(person), [])
            with self.assertRaises(TooManyAttempts):
                guess()
            self.assertEqual(len(lock_outs.of_person(person)), 1)

    def test_the_practice_sees_that_somebody_guessed_at_an_unlocked_screen(self):
        new = {"password1": "drei Boote am Steg 7", "password2": "drei Boote am Steg 7"}
        for person, address, field in (
            (self.cast.ada, "/accounts/reauthenticate/", "password"),
            (self.cast.ben, "/accounts/password/change/", "oldpassword"),
        ):
            client = page_client(person, confirmed=False)
            for _ in range(5):
                self.assertEqual(client.post(address, {field: "wrong"} | new).status_code, 200)
            self.assertEqual(lock_outs.of_person(person), [])
            self.assertEqual(client.post(address, {field: PASSWORD} | new).status_code, 429)
            self.assertEqual(len(lock_outs.of_person(person)), 1)

    def test_it_keeps_no_account_that_is_made_up_at_a_place_that_is_stopped(self):
        with patch.object(limiter, "failures_from", lambda address: [limiter.Windowed("address", "x", 1, HOUR)]):
            for number in range(4):
                self.api(email=f"made-up-{number}@example.org")
        self.assertEqual(LockOut.objects.count(), 0)

    def test_an_account_that_is_tried_from_everywhere_is_kept_too(self):
        with patch.object(limiter, "failures_of", lambda account: limiter.Windowed("account", account, 1, HOUR)):
            for number in range(4):
                self.api(REMOTE_ADDR=f"10.0.0.{number}")
            self.assertEqual(len(lock_outs.of_person(self.cast.ada)), 1)

    def test_ten_failures_lock_the_page(self):
        for _ in range(10):
            answer = self.page()
            self.assertEqual(answer.status_code, 200)
            self.assertContains(answer, 'role="alert"')
        answer = self.page(password=PASSWORD)
        self.assertContains(answer, 'class="signin"', status_code=429)
        self.assertTrue(890 <= int(answer.headers["Retry-After"]) <= 900)
        self.assertNotIn("_auth_user_id", self.client.session)

    def test_the_doors_count_together(self):
        for _ in range(5):
            self.api()
            self.page()
        self.assert_locked()
        self.assertEqual(self.page(password=PASSWORD).status_code, 429)

    def test_it_locks_unknown_accounts_just_the_same(self):
        for _ in range(10):
            self.assertEqual(self.api("nobody@example.org").status_code, 401)
        self.assertEqual(self.api("nobody@example.org").status_code, 429)

    def test_it_locks_one_account_at_one_address(self):
        self.lock()
        self.assertEqual(self.api("ben@example.org", PASSWORD).status_code, 200)
        self.assertEqual(self.api(password=PASSWORD, REMOTE_ADDR="9.9.9.9").status_code, 200)
        self.assert_locked()

    def test_case_spaces_and_headers_do_not_help(self):
        spellings = [ADA, "ADA@example.org", " ada@example.org", "ada@example.org\t", "Ada@Example.Org"] * 2
        for number, email in enumerate(spellings):
            headers = {"HTTP_USER_AGENT": f"agent {number}", "HTTP_X_FORWARDED_FOR": f"1.2.3.{number}"}
            headers |= {"HTTP_X_REAL_IP": f"1.2.3.{number}", "HTTP_FORWARDED": f"for=1.2.3.{number}"}
            self.assertEqual(self.api(email, **headers).status_code, 401)
        self.assert_locked(HTTP_X_FORWARDED_FOR="7.7.7.7", HTTP_USER_AGENT="fresh")

    def test_neighbours_of_an_ipv6_address_share_its_lock(self):
        for number in range(10):
            self.api(REMOTE_ADDR=f"2001:db8:1:2::{number:x}")
        self.assert_locked(REMOTE_ADDR="2001:db8:1:2:ffff::1")
        self.assertEqual(self.api(REMOTE_ADDR="2001:db8:1:3::1", password=PASSWORD).status_code, 200)

    @override_settings(TRUSTED_PROXIES=["127.0.0.1"])
    def test_behind_our_proxy_each_client_has_its_own_lock(self):
        self.lock(HTTP_X_FORWARDED_FOR="1.1.1.1")
        self.assertEqual(self.api(password=PASSWORD, HTTP_X_FORWARDED_FOR="2.2.2.2").status_code, 200)
        self.assert_locked(HTTP_X_FORWARDED_FOR="6.6.6.6, 1.1.1.1")

    def test_malformed_bodies_do_not_count(self):
        for _ in range(12):
            self.client.post("/api/auth/login", {"email": ADA})
            self.client.post("/api/auth/login", {"email": ADA, "password": ["wrong"]})
            self.client.post("/accounts/login/", {"login": ADA}, format="multipart")
        self.assertEqual(self.api(password=PASSWORD).status_code, 200)

    def test_a_success_resets(self):
        for door in (self.api, self.page):
            with self.subTest(door.__name__):
                for _ in range(9):
                    self.api()
                self.assertLess(door(password=PASSWORD).status_code, 400)
                self.client.logout()
                self.assertEqual(AccessFailureLog.objects.count(), 0)

    def test_a_failure_counts_for_fifteen_minutes(self):
        self.lock()
        self.age_failures(minutes=14, seconds=50)
        self.assert_locked()
        self.age_failures(seconds=15)
        self.assertEqual(self.api().status_code, 401)
        self.assertEqual(self.api(password=PASSWORD).status_code, 200)

    def test_the_window_slides(self):
        for _ in range(5):
            self.api()
        self.age_failures(minutes=10)
        for _ in range(5):
            self.api()
        answer = self.api(password=PASSWORD)
        self.assertEqual(answer.status_code, 429)
        self.assertTrue(290 <= int(answer.headers["Retry-After"]) <= 300, answer.headers["Retry-After"])
        self.age_failures(minutes=6)
        self.assertEqual(self.api().status_code, 401)

    def test_trying_while_locked_does_not_prolong_the_lock(self):
        self.lock()
        self.age_failures(minutes=14)
        for _ in range(5):
            self.assertEqual(self.api().status_code, 429)
        self.assertEqual(AccessFailureLog.objects.count(), 10)
        self.age_failures(minutes=2)
        self.assertEqual(self.api(password=PASSWORD).status_code, 200)

    def test_it_forgets_old_failures_of_others_as_new_ones_come(self):
        for number in range(30):
            self.api(f"nobody{number}@example.org")
        self.age_failures(minutes=16)
        for _ in range(2):
            self.api()
        self.assertEqual(
            AccessFailureLog.objects.filter(attempt_time__lt=timezone.now() - timedelta(minutes=15)).count(), 0
        )

    def test_it_keeps_no_password(self):
        self.page(password="a secret typed wrong")
        for row in AccessFailureLog.objects.values():
            self.assertNotIn("secret", str(row))


class LockoutRaceTests(Doors, TransactionTestCase):
    def burst(self, count, password):
        def attempt(_):
            try:
                return (
                    APIClient().post("/api/auth/login", {"email": ADA, "password": password}, format="json").status_code
                )
            finally:
                connection.close()

        with ThreadPoolExecutor(16) as pool:
            return list(pool.map(attempt, range(count)))

    def setUp(self):
        super().setUp()
        User.objects.create_user(ADA, PASSWORD, "doctor")

    def test_a_try_behind_one_that_hangs_is_given_up(self):
        self.client.raise_request_exception = False
        with ExitStack() as locks, patch("accounts.lockout.QUEUE_SECONDS", 0.01):
            for queue in lockout._queues:
                locks.enter_context(queue)
            self.assertEqual(self.api(password=PASSWORD).status_code, 503)
            self.assertEqual(self.page(password=PASSWORD).status_code, 503)
        self.assertEqual(self.api(password=PASSWORD).status_code, 200)

    def test_a_burst_gets_no_more_than_ten_tries(self):
        with patch.object(MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode) as encode:
            statuses = self.burst(40, "wrong")
        self.assertEqual((statuses.count(401), statuses.count(429)), (10, 30))
        self.assertEqual(encode.call_count, 10)

    def test_a_burst_with_the_right_password_gets_in(self):
        self.assertEqual(self.burst(20, PASSWORD), [200] * 20)
