from django.test import TestCase
from rest_framework.test import APIClient

from accounts.services import sign_ins, tokens
from chatsite.testing import Cast, api_client, page_client
from practice import services as practice

URL = "/api/auth/me"


class MeTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()

    def setUp(self):
        self.sign_in = sign_ins.start(self.cast.ben, kind="api")
        self.access = tokens.issue(self.sign_in)["access"]

    def ask(self, authorization):
        return APIClient().get(URL, HTTP_AUTHORIZATION=authorization)

    def test_it_shows_who_is_signed_in_in_one_query(self):
        with self.assertNumQueries(1):
            answer = self.ask(f"Bearer {self.access}")
        self.assertEqual((answer.status_code, answer.json()["user"]["email"]), (200, "ben@example.org"))

    def test_it_takes_the_scheme_in_any_case(self):
        self.assertEqual(self.ask(f"bearer  {self.access} ").status_code, 200)

    def test_it_takes_a_page_session_in_two_queries(self):
        client = page_client(self.cast.ada)
        # Read once in five seconds.
        practice.current()
        with self.assertNumQueries(2):
            answer = client.get(URL)
        self.assertEqual(answer.json()["user"]["email"], "ada@example.org")

    def test_it_refuses_strangers_and_junk(self):
        junk = ["", "Bearer", "Bearer ", "Bearer x", f"Bearer {self.access}x", f"Token {self.access}", "Basic YTpi"]
        junk += ["Bearer " + "x" * 60_000, "Bearer \xff\xfe", f"Bearer {self.access} {self.access}"]
        for authorization in junk:
            with self.subTest(authorization[:30]):
                answer = self.ask(authorization)
                self.assertEqual((answer.status_code, answer.json()["success"]), (401, False))
                self.assertEqual(answer.headers["WWW-Authenticate"], 'Bearer realm="api"')

    def test_a_bad_token_is_not_rescued_by_a_good_session(self):
        self.assertEqual(page_client(self.cast.ada).get(URL, headers={"Authorization": "Bearer x"}).status_code, 401)

    def test_it_speaks_english_unless_the_client_asks_for_another_language(self):
        self.cast.ben.language = "fr"
        self.cast.ben.save()
        for client in (APIClient(), api_client(self.cast.ben)):
            for asked, words in (("", "This field is required."), ("fr", "Ce champ est obligatoire.")):
                answer = client.post("/api/auth/login", {}, HTTP_ACCEPT_LANGUAGE=asked)
                self.assertEqual(answer.json()["message"], f"email: {words}")
