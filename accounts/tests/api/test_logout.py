import jwt
from django.test import Client, TestCase
from rest_framework.test import APIClient

from accounts.models import SignIn, User
from accounts.services import people, sign_ins, tokens
from accounts.tests.restored import claims_of, signed
from chatsite.testing import Cast, page_client

URL = "/api/auth/logout"


class LogoutTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()

    def setUp(self):
        self.pair, self.other = (tokens.issue(sign_ins.start(self.cast.ben, kind="api")) for _ in range(2))

    def bearer(self, pair):
        return APIClient(enforce_csrf_checks=True, HTTP_AUTHORIZATION=f"Bearer {pair['access']}")

    def test_it_ends_this_sign_in_only(self):
        client = self.bearer(self.pair)
        self.assertEqual(client.get("/api/auth/me").status_code, 200)
        answer = client.post(URL)
        self.assertEqual((answer.status_code, answer.json()), (200, {"success": True, "message": "Signed out"}))
        self.assertEqual(client.get("/api/auth/me").status_code, 401)
        self.assertEqual(client.post("/api/auth/refresh", {"refresh": self.pair["refresh"]}).status_code, 401)
        self.assertEqual(self.bearer(self.other).get("/api/auth/me").status_code, 200)
        self.assertEqual(client.post("/api/auth/refresh", {"refresh": self.other["refresh"]}).status_code, 200)

    def test_a_repeat_changes_nothing(self):
        """Whatever ended the sign-in: the answer of a log-out may have been lost."""
        ended = {
            "log-out": lambda: self.bearer(self.pair).post(URL),
            "password": lambda: people.set_password(self.cast.ben, password="another one"),
            "closed": lambda: people.deactivate(User.objects.filter(pk=self.cast.ben.pk)),
        }
        for name, end in ended.items():
            with self.subTest(name):
                end()
                before = list(SignIn.objects.order_by("pk").values())
                answer = self.bearer(self.pair).post(URL)
                self.assertEqual((answer.status_code, answer.json()["message"]), (200, "Signed out"))
                self.assertEqual(list(SignIn.objects.order_by("pk").values()), before)
                self.assertEqual(self.bearer(self.pair).get("/api/auth/me").status_code, 401)

    def test_it_refuses_what_is_no_access_token_of_ours(self):
        self.bearer(self.pair).post(URL)
        claims = claims_of(self.pair["access"])
        expired, of_another = signed({**claims, "exp": 1}), signed({**claims, "user_id": self.cast.cora.pk})
        forged = jwt.encode(claims, "another secret of enough length....", "HS256")
        for token in (expired, of_another, forged, self.pair["refresh"], "junk", ""):
            with self.subTest(token[:40]):
                answer = self.bearer({"access": token}).post(URL)
                self.assertEqual((answer.status_code, answer.json()["error"]), (401, "invalid_token"))
        self.assertEqual(self.bearer(self.other).get("/api/auth/me").status_code, 200)

    def test_it_refuses_strangers(self):
        answer = APIClient().post(URL)
        self.assertEqual((answer.status_code, answer.json()["success"]), (401, False))
        self.assertEqual(answer.headers["WWW-Authenticate"], 'Bearer realm="api"')

    def test_it_only_allows_post(self):
        self.assertEqual(self.bearer(self.pair).get(URL).status_code, 405)

    def test_it_ends_the_session_of_a_page(self):
        client = page_client(self.cast.ben)
        sign_in = SignIn.objects.get(kind="browser")
        self.assertEqual(client.post(URL).status_code, 200)
        self.assertIsNone(sign_ins.find(sign_in.pk))
        self.assertEqual(client.get("/api/auth/me").status_code, 401)
        self.assertNotIn("_auth_user_id", client.session)

    def test_it_asks_a_page_for_the_csrf_token(self):
        client = Client(enforce_csrf_checks=True)
        form = client.get("/accounts/login/")
        token = form.cookies["csrftoken"].value
        credentials = {"login": "ben@example.org", "password": "correct horse battery", "csrfmiddlewaretoken": token}
        self.assertEqual(client.post("/accounts/login/", credentials).status_code, 302)
        answer = client.post(URL)
        self.assertEqual((answer.status_code, answer.json()["success"]), (403, False))
        self.assertEqual(client.get("/api/auth/me").status_code, 200)
        answer = client.post(URL, headers={"X-CSRFToken": client.cookies["csrftoken"].value})
        self.assertEqual(answer.status_code, 200)

    def test_a_token_needs_no_csrf_token_even_beside_a_cookie(self):
        client = page_client(self.cast.cora, enforce_csrf_checks=False)
        client.handler.enforce_csrf_checks = True
        answer = client.post(URL, headers={"Authorization": f"Bearer {self.pair['access']}"})
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(client.get("/api/auth/me").json()["user"]["email"], "cora@example.org")
