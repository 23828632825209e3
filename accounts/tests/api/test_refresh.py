import base64
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest.mock import patch

import jwt
from django.conf import settings
from django.db import connection
from django.test import TestCase, TransactionTestCase
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import RefreshToken, SignIn, User
from accounts.services import people, sign_ins, tokens
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

    def test_it_refuses_a_spent_token_and_keeps_the_sign_in(self):
        newer = self.refresh(self.pair["refresh"]).json()
        self.assertEqual(outcome(self.refresh(self.pair["refresh"])), TOKEN_REFUSED)
        self.assertEqual(self.me(newer["access"]).status_code, 200)
        self.assertEqual(self.refresh(newer["refresh"]).status_code, 200)

    def test_it_ends_the_sign_in_when_any_token_comes_back_late(self):
        for spent in range(3):
            with self.subTest(spent=spent):
                sign_in = sign_ins.start(self.cast.ben, kind="api")
                chain = [tokens.issue(sign_in)["refresh"]]
                for _ in range(3):
                    chain.append(self.refresh(chain[-1]).json()["refresh"])
                RefreshToken.objects.exclude(spent_at=None).update(spent_at=timezone.now() - timedelta(seconds=31))
                self.assertEqual(outcome(self.refresh(chain[spent])), TOKEN_REFUSED)
                self.assertEqual(outcome(self.refresh(chain[-1])), TOKEN_REFUSED)
                self.assertIsNone(sign_ins.find(sign_in.pk))

    def test_it_keeps_the_sign_in_for_half_a_minute(self):
        newest = self.refresh(self.pair["refresh"]).json()["refresh"]
        RefreshToken.objects.exclude(spent_at=None).update(spent_at=timezone.now() - timedelta(seconds=29))
        self.assertEqual(outcome(self.refresh(self.pair["refresh"])), TOKEN_REFUSED)
        self.assertEqual(self.refresh(newest).status_code, 200)

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
                change()
                self.assertEqual(outcome(self.refresh(pair["refresh"])), TOKEN_REFUSED)
                self.assertEqual(outcome(self.me(pair["access"])), TOKEN_REFUSED)

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
    def test_one_of_many_wins(self):
        ben = User.objects.create_user("ben@example.org", "x", "patient")
        sign_in = sign_ins.start(ben, kind="api")
        token = tokens.issue(sign_in)["refresh"]

        def refresh(_):
            try:
                return APIClient().post(URL, {"refresh": token}, format="json").status_code
            finally:
                connection.close()

        with ThreadPoolExecutor(12) as pool:
            statuses = list(pool.map(refresh, range(24)))
        self.assertEqual(sorted(statuses), [200] + [401] * 23)
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
