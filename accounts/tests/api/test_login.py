from unittest.mock import patch

from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import TestCase
from rest_framework.test import APIClient

from accounts.models import SignIn, User
from chatsite.testing import PASSWORD, Cast

URL = "/api/auth/login"


class LoginTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()

    def setUp(self):
        self.client = APIClient(enforce_csrf_checks=True)

    def login(self, email="ada@example.org", password=PASSWORD, **headers):
        return self.client.post(URL, {"email": email, "password": password}, **headers)

    def test_it_works(self):
        agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/604.1"
        answer = self.login(HTTP_USER_AGENT=agent)
        self.assertEqual(answer.status_code, 200)
        content = answer.json()
        self.assertEqual(list(content), ["success", "message", "access", "refresh", "user", "device"])
        self.assertEqual((content["success"], content["message"]), (True, "Signed in"))
        self.assertEqual(
            content["user"],
            {
                "id": self.cast.ada.pk,
                "email": "ada@example.org",
                "role": "doctor",
                "display_name": "Dr. Ada Martin",
                "title": "Dr.",
                "first_name": "Ada",
                "last_name": "Martin",
                "picture": None,
                "specialty": "General practice",
                "language": "en",
                "time_zone": "Europe/Paris",
            },
        )
        sign_in = SignIn.objects.get()
        self.assertEqual((sign_in.user, sign_in.kind, sign_in.device_name), (self.cast.ada, "api", "Safari · iPhone"))
        self.assertIsNotNone(User.objects.get(pk=self.cast.ada.pk).last_login)
        self.assertNotIn("sessionid", answer.cookies)

    def test_it_takes_the_address_in_any_case_and_with_spaces(self):
        self.assertEqual(self.login(" ADA@Example.org\t").status_code, 200)

    def test_it_takes_a_form_too(self):
        answer = self.client.post(URL, {"email": "ada@example.org", "password": PASSWORD}, format="multipart")
        self.assertEqual(answer.status_code, 200)

    def test_it_does_not_mind_a_stale_token(self):
        self.assertEqual(self.login(HTTP_AUTHORIZATION="Bearer junk").status_code, 200)

    def test_it_refuses_unknown_wrong_and_inactive_alike(self):
        answers = [
            self.login("nobody@example.org"),
            self.login(password="wrong"),
            self.login("eve@example.org"),
            self.login("eve@example.org", "wrong"),
            self.login(password=PASSWORD + " "),
        ]
        for answer in answers:
            self.assertEqual(answer.status_code, 401)
            self.assertEqual(answer.content, answers[0].content)
            self.assertEqual(answer.headers["WWW-Authenticate"], 'Bearer realm="api"')
        self.assertEqual(answers[0].json()["error"], "wrong_credentials")
        self.assertEqual(SignIn.objects.count(), 0)

    def test_a_device_that_is_none_is_ignored(self):
        for device in (None, "", "junk", "x" * 5_000):
            body = {"email": "ada@example.org", "password": PASSWORD, "device": device}
            with self.subTest(str(device)[:5]):
                self.assertEqual(APIClient().post(URL, body, format="json").status_code, 200)

    def test_it_hashes_once_whoever_asks(self):
        cases = [("ada@example.org", PASSWORD), ("ada@example.org", "wrong"), ("nobody@example.org", "wrong")]
        cases += [("eve@example.org", PASSWORD), ("eve@example.org", "wrong")]
        for email, password in cases:
            with (
                self.subTest(email=email, password=password),
                patch.object(
                    MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode
                ) as encode,
            ):
                self.login(email, password)
                self.assertEqual(encode.call_count, 1)

    def test_it_asks_the_database_as_often_for_unknown_wrong_and_inactive(self):
        for email in ("nobody@example.org", "ada@example.org", "eve@example.org"):
            # The limits on failures take six, that on successes five; the person one, and one for the audit;
            # the oldest failures one.
            with self.assertNumQueries(14):
                self.login(email, "wrong")

    def test_it_refuses_what_is_malformed(self):
        bodies = [
            {},
            {"email": "ada@example.org"},
            {"password": PASSWORD},
            {"email": "", "password": ""},
            {"email": None, "password": None},
            {"email": ["ada@example.org"], "password": PASSWORD},
            {"email": {"a": 1}, "password": PASSWORD},
            {"email": 5, "password": PASSWORD},
            {"email": "ada@example.org", "password": 12345678},
            {"email": "ada@example.org", "password": True},
            {"email": "ada@example.org\x00", "password": PASSWORD},
            {"email": "ada@example.org", "password": "\x00"},
            {"email": "ada@example.org", "password": "p" * 2000},
            {"email": "a" * 300 + "@example.org", "password": PASSWORD},
        ]
        for body in bodies:
            with self.subTest(str(body)[:60]):
                answer = self.client.post(URL, body, format="json")
                self.assertEqual((answer.status_code, answer.json()["success"]), (400, False))
        for raw in (b"", b"{", b"[]", b'{"email": "\\ud800", "password": "\\ud800"}', b"\xff", b"null"):
            with self.subTest(raw):
                answer = self.client.generic("POST", URL, raw, content_type="application/json")
                self.assertEqual((answer.status_code, answer.json()["success"]), (400, False))

    def test_it_answers_strange_addresses(self):
        for email in ("😀@example.org", "no-at-sign", "a@b'; DROP TABLE users", "%", "é" * 120, "@"):
            with self.subTest(email):
                self.assertEqual(self.login(email, "wrong").status_code, 401)

    def test_it_only_allows_post(self):
        for method in ("get", "put", "patch", "delete"):
            answer = getattr(self.client, method)(URL)
            self.assertEqual((answer.status_code, answer.json()["error"]), (405, "method_not_allowed"))

    def test_it_does_not_confuse_tokens_of_different_people(self):
        token = self.login("ben@example.org").json()["access"]
        self.login("ada@example.org")
        me = self.client.get("/api/auth/me", HTTP_AUTHORIZATION=f"Bearer {token}")
        self.assertEqual(me.json()["user"]["email"], "ben@example.org")
