import base64
import json
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import product
from unittest.mock import patch

import jwt
import time_machine
from django.conf import settings
from django.db import connection
from django.test import TestCase, TransactionTestCase
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import RefreshToken, SignIn, User
from accounts.services import people, sign_ins, tokens
from accounts.tests.restored import claims_of
from chatsite.testing import Cast

URL = "/api/auth/refresh"
TOKEN_REFUSED = (401, "invalid_token")


def outcome(answer):
    return answer.status_code, answer.json().get("error")


class RefreshTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()

    def setUp(self):
        self.client = APIClient(enforce_csrf_checks=True)
        self.sign_in = sign_ins.start(self.cast.ben, kind="api")
        self.pair = tokens.issue(self.sign_in)

    def refresh(self, token):
        return self.client.post(URL, {"refresh": token})

    def me(self, access):
        return self.client.get("/api/auth/me", HTTP_AUTHORIZATION=f"Bearer {access}")

    def head(self, access):
        return self.client.head("/api/auth/me", HTTP_AUTHORIZATION=f"Bearer {access}")

    def test_it_works(self):
        answer = self.refresh(self.pair["refresh"])
        self.assertEqual(answer.status_code, 200)
        content = answer.json()
        self.assertEqual(list(content), ["success", "message", "access", "refresh"])
        self.assertEqual(self.me(content["access"]).json()["user"]["id"], self.cast.ben.pk)
        self.assertEqual(self.refresh(content["refresh"]).status_code, 200)
        self.assertEqual(SignIn.objects.count(), 1)

    def test_its_tokens_live_as_long_as_promised(self):
        for name, lifetime in (("access", 15 * 60), ("refresh", 30 * 24 * 3600)):
            claims = jwt.decode(self.pair[name], settings.SECRET_KEY, algorithms=["HS256"])
            self.assertEqual(claims["exp"] - claims["iat"], lifetime)
            self.assertEqual((claims["sid"], claims["user_id"]), (self.sign_in.pk, self.cast.ben.pk))

    def test_a_repeat_gets_the_same_successor(self):
        first = self.refresh(self.pair["refresh"]).json()
        with time_machine.travel(timezone.now() + timedelta(minutes=9, seconds=59)):
            again = self.refresh(self.pair["refresh"]).json()
            self.assertEqual(again["refresh"], first["refresh"])
            self.assertNotEqual(again["access"], first["access"])
            self.assertEqual(self.me(again["access"]).status_code, 200)
            self.assertEqual(self.refresh(again["refresh"]).status_code, 200)

    def test_a_spent_token_is_refused_once_its_successor_was_used(self):
        """Soon after it was spent nothing ends, later the whole sign-in does."""
        uses = {
            "the first access token": lambda pair, again: self.me(pair["access"]),
            "that of a repeat": lambda pair, again: self.me(again["access"]),
            "the refresh token": lambda pair, again: self.refresh(pair["refresh"]),
            "a HEAD": lambda pair, again: self.head(pair["access"]),
        }
        for (name, use), (seconds, ends) in product(uses.items(), ((29, False), (31, True))):
            with self.subTest(name, seconds=seconds):
                sign_in = sign_ins.start(self.cast.ben, kind="api")
                spent = tokens.issue(sign_in)["refresh"]
                newer, again = self.refresh(spent).json(), self.refresh(spent).json()
                self.assertEqual(use(newer, again).status_code, 200)
                with time_machine.travel(timezone.now() + timedelta(seconds=seconds)):
                    self.assertEqual(outcome(self.refresh(spent)), TOKEN_REFUSED)
                    self.assertEqual(self.me(newer["access"]).status_code, 401 if ends else 200)
                    self.assertEqual(sign_ins.find(sign_in.pk) is None, ends)

    def test_a_repeat_after_ten_minutes_ends_the_sign_in(self):
        newer = self.refresh(self.pair["refresh"]).json()
        with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1)):
            self.assertEqual(outcome(self.refresh(self.pair["refresh"])), TOKEN_REFUSED)
            self.assertEqual(outcome(self.refresh(newer["refresh"])), TOKEN_REFUSED)
        self.assertIsNone(sign_ins.find(self.sign_in.pk))

    def test_it_ends_the_sign_in_when_any_older_token_comes_back_late(self):
        for spent in range(2):
            with self.subTest(spent=spent):
                sign_in = sign_ins.start(self.cast.ben, kind="api")
                chain = [tokens.issue(sign_in)["refresh"]]
                for _ in range(3):
                    chain.append(self.refresh(chain[-1]).json()["refresh"])
                self.assertEqual(outcome(self.refresh(chain[spent])), TOKEN_REFUSED)
                with time_machine.travel(timezone.now() + timedelta(seconds=31)):
                    self.assertEqual(outcome(self.refresh(chain[spent])), TOKEN_REFUSED)
                    self.assertEqual(outcome(self.refresh(chain[-1])), TOKEN_REFUSED)
                self.assertIsNone(sign_ins.find(sign_in.pk))

    def test_a_thief_who_is_first_is_found_out(self):
        theirs = self.refresh(self.pair["refresh"]).json()
        self.assertEqual(self.me(theirs["access"]).status_code, 200)
        with time_machine.travel(timezone.now() + timedelta(minutes=5)):
            self.assertEqual(outcome(self.refresh(self.pair["refresh"])), TOKEN_REFUSED)
            self.assertEqual(outcome(self.me(theirs["access"])), TOKEN_REFUSED)
            self.assertEqual(outcome(self.refresh(theirs["refresh"])), TOKEN_REFUSED)

    def test_a_thief_who_is_second_gets_nothing(self):
        mine = self.refresh(self.pair["refresh"]).json()
        self.assertEqual(self.me(mine["access"]).status_code, 200)
        self.assertEqual(outcome(self.refresh(self.pair["refresh"])), TOKEN_REFUSED)
        self.assertEqual(self.refresh(mine["refresh"]).status_code, 200)

    def test_the_access_token_of_before_confirms_nothing(self):
        self.refresh(self.pair["refresh"])
        self.assertEqual(self.me(self.pair["access"]).status_code, 200)
        self.assertEqual(self.refresh(self.pair["refresh"]).status_code, 200)

    def test_a_pair_is_confirmed_by_one_update_alone(self):
        pair = self.refresh(self.pair["refresh"]).json()
        for queries in (2, 1, 1):
            with self.assertNumQueries(queries):
                self.me(pair["access"])

    def test_a_request_that_overlaps_with_a_refresh_confirms_nothing_newer(self):
        pair = self.refresh(self.pair["refresh"]).json()
        real = tokens._confirm

        def refresh_meanwhile(sign_in):
            self.assertEqual(self.refresh(pair["refresh"]).status_code, 200)
            real(sign_in)

        with patch.object(tokens, "_confirm", refresh_meanwhile):
            self.me(pair["access"])
        self.assertEqual(self.refresh(pair["refresh"]).status_code, 200)

    def test_a_token_that_an_older_release_exchanged_has_no_repeat(self):
        """It does not link the two rows."""
        self.refresh(self.pair["refresh"])
        RefreshToken.objects.filter(spent_at=None).update(created_at=timezone.now() + timedelta(milliseconds=1))
        self.assertEqual(outcome(self.refresh(self.pair["refresh"])), TOKEN_REFUSED)

    def test_whatever_is_presented_one_refresh_token_works(self):
        """A random walk of owner and thief over everything that was ever issued, and over time."""
        chance, moment = random.Random(4), timezone.now()
        issued, alive = [self.pair], 0
        for _ in range(60):
            moment += timedelta(seconds=chance.choice([0, 1, 40, 700]))
            pair = chance.choice(issued[-3:])
            with time_machine.travel(moment, tick=False):
                if chance.random() < 0.4:
                    self.me(pair["access"])
                elif (answer := self.refresh(pair["refresh"])).status_code == 200:
                    issued.append({name: answer.json()[name] for name in ("access", "refresh")})
                if not RefreshToken.objects.exists():
                    self.sign_in = sign_ins.start(self.cast.ben, kind="api")
                    issued = [tokens.issue(self.sign_in)]
                    continue
                alive += 1
                last = RefreshToken.objects.get(spent_at=None)
                self.assertIn(self.sign_in_now().unconfirmed_jti, (None, last.jti))
                self.assertEqual(claims_of(issued[-1]["refresh"])["jti"], last.jti)
        self.assertGreater(alive, 30)

    def sign_in_now(self):
        return SignIn.objects.get(pk=self.sign_in.pk)

    def test_it_refuses_after_the_sign_in_ended(self):
        cases = {
            "log-out": lambda: sign_ins.end_all(self.cast.ben),
            "password": lambda: people.set_password(self.cast.ben, password="another one"),
            "closed": lambda: people.deactivate(User.objects.filter(pk=self.cast.ben.pk)),
        }
        for name, change in cases.items():
            with self.subTest(name):
                pair = tokens.issue(sign_ins.start(self.cast.ben, kind="api"))
                self.assertEqual(self.me(pair["access"]).status_code, 200)
                newer = self.refresh(pair["refresh"]).json()
                change()
                for token in (pair["refresh"], newer["refresh"]):
                    self.assertEqual(outcome(self.refresh(token)), TOKEN_REFUSED)
                for token in (pair["access"], newer["access"]):
                    self.assertEqual(outcome(self.me(token)), TOKEN_REFUSED)

    def test_it_refuses_for_a_person_who_is_gone(self):
        gone = User.objects.create_user("gone@example.org", "x", "patient")
        pair = tokens.issue(sign_ins.start(gone, kind="api"))
        SignIn.objects.for_user(gone).delete()
        gone.delete()
        self.assertEqual(outcome(self.refresh(pair["refresh"])), TOKEN_REFUSED)
        self.assertEqual(outcome(self.me(pair["access"])), TOKEN_REFUSED)

    def test_it_refuses_what_is_no_refresh_token_of_ours(self):
        claims = jwt.decode(self.pair["refresh"], settings.SECRET_KEY, algorithms=["HS256"])
        header, payload, signature = self.pair["refresh"].split(".")
        nested = base64.urlsafe_b64encode(b"[" * 1400).decode().rstrip("=")

        def signed(**changes):
            return jwt.encode({**claims, **changes}, settings.SECRET_KEY, "HS256")

        none = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT"}).encode()).decode().rstrip("=")
        hostile = [
            self.pair["access"],
            "junk",
            "a.b.c",
            "...",
            f"{none}.{payload}.",
            f"{none}.{payload}.{signature}",
            f"{header}.{payload}.{signature[:-2]}",
            f"{nested}.{payload}.{signature}",
            jwt.encode(claims, "another secret of enough length....", "HS256"),
            jwt.encode(claims, settings.SECRET_KEY, "HS512"),
            signed(exp=1),
            signed(jti="f" * 32),
            signed(sid="1"),
            signed(sid=None),
            signed(sid=2**80),
            signed(sid=[1]),
            signed(token_type="access"),
            self.pair["refresh"] + "é",
            "é",
        ]
        for token in hostile:
            with self.subTest(token[:40]):
                self.assertEqual(outcome(self.refresh(token)), TOKEN_REFUSED)
        self.assertEqual(self.refresh(self.pair["refresh"]).status_code, 200)

    def test_it_refuses_an_access_token_made_of_a_refresh_token(self):
        self.assertEqual(outcome(self.me(self.pair["refresh"])), TOKEN_REFUSED)

    def test_it_refuses_what_is_malformed(self):
        for value in (None, 5, True, [], {}, ["x"], "", "x" * 5000, "\x00"):
            with self.subTest(str(value)[:20]):
                self.assertEqual(self.client.post(URL, {"refresh": value}, format="json").status_code, 400)
        for raw in (b"", b"{", b'{"refresh": "\\ud800"}', b"[]"):
            with self.subTest(raw):
                answer = self.client.generic("POST", URL, raw, content_type="application/json")
                self.assertEqual(answer.status_code, 400)

    def test_it_only_allows_post(self):
        self.assertEqual(self.client.get(URL).status_code, 405)

    def test_it_forgets_tokens_that_are_too_old_to_be_shown(self):
        old = RefreshToken.objects.get()
        second = self.refresh(self.pair["refresh"]).json()["refresh"]
        RefreshToken.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
        self.refresh(second)
        self.assertFalse(RefreshToken.objects.filter(pk=old.pk).exists())
        self.assertEqual(RefreshToken.objects.count(), 2)


class RefreshRaceTests(TransactionTestCase):
    def test_many_at_once_get_one_refresh_token(self):
        ben = User.objects.create_user("ben@example.org", "x", "patient")
        sign_in = sign_ins.start(ben, kind="api")
        token = tokens.issue(sign_in)["refresh"]

        def refresh(_):
            try:
                answer = APIClient().post(URL, {"refresh": token}, format="json")
                return answer.status_code, answer.json().get("refresh")
            finally:
                connection.close()

        with ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(refresh, range(24)))
        self.assertEqual([status for status, _ in answers], [200] * 24)
        self.assertEqual(len({successor for _, successor in answers}), 1)
        self.assertIsNotNone(sign_ins.find(sign_in.pk))
        self.assertEqual(RefreshToken.objects.filter(spent_at=None).count(), 1)

    def test_a_new_password_wins_over_a_refresh_under_way(self):
        ben = User.objects.create_user("ben@example.org", "x", "patient")
        pair = tokens.issue(sign_ins.start(ben, kind="api"))
        real = tokens._read

        def change_meanwhile(raw, kind):
            claims = real(raw, kind)
            people.set_password(ben, password="another one")
            return claims

        with patch.object(tokens, "_read", change_meanwhile):
            answer = APIClient().post(URL, {"refresh": pair["refresh"]}, format="json")
        self.assertEqual(outcome(answer), TOKEN_REFUSED)
