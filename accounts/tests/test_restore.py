"""What a device keeps opens the sign-in that it was issued for, never the one that has its row number now."""

from itertools import product
from unittest.mock import patch

from django.test import TestCase
from rest_framework.test import APIClient

from accounts.models import RefreshToken, SignIn
from accounts.services import sign_ins, tokens
from accounts.tests.restored import claims_of, give_row_again, make_session_of_before, of_before, signed
from chatsite.testing import Cast, page_client

REFUSED = (401, "invalid_token")


class RestoreCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()

    def setUp(self):
        self.sign_in = sign_ins.start(self.cast.ben, kind="api")
        self.pair = tokens.issue(self.sign_in)

    def with_each_other(self, check):
        """Call `check(row)` for each person who may have the row now, with another public id and with none."""
        for user, public_id in product((self.cast.cora, self.cast.ben), ("f" * 32, None)):
            with self.subTest(user=user.first_name, public_id=public_id):
                check(give_row_again(self.sign_in, user=user, public_id=public_id))

    def me(self, access):
        return self.outcome(APIClient().get("/api/auth/me", HTTP_AUTHORIZATION=f"Bearer {access}"), "user")

    def refresh(self, token):
        return self.outcome(APIClient().post("/api/auth/refresh", {"refresh": token}), "refresh")

    def outcome(self, answer, key):
        content = answer.json()
        if answer.status_code != 200:
            return answer.status_code, content["error"]
        return content[key]["id"] if key == "user" else content[key]

    def assert_untouched(self, row):
        row.refresh_from_db()
        self.assertIsNone(row.ended_at)
        self.assertIn(row.public_id, ("f" * 32, None))


class BearerTests(RestoreCase):
    def test_it_opens_no_other_sign_in_and_ends_none(self):
        def check(row):
            self.assertEqual(self.me(self.pair["access"]), REFUSED)
            self.assert_untouched(row)

        self.with_each_other(check)

    def test_it_ends_no_other_sign_in_that_is_over(self):
        row = give_row_again(self.sign_in, user=self.cast.cora)
        SignIn.objects.filter(pk=row.pk).update(credentials_digest="of the password before")
        self.assertEqual(self.me(self.pair["access"]), REFUSED)
        self.assertEqual(self.me(of_before(self.pair["access"])), REFUSED)
        self.assert_untouched(row)

    def test_one_of_the_release_before_opens_those_of_its_person_alone(self):
        access = of_before(self.pair["access"])
        self.assertEqual(self.me(access), self.cast.ben.pk)

        def check(row):
            if row.user_id == self.cast.ben.pk:
                self.assertEqual(self.me(access), self.cast.ben.pk)
            else:
                self.assertEqual(self.me(access), REFUSED)
                self.assert_untouched(row)

        self.with_each_other(check)

    def test_it_refuses_what_names_nobody(self):
        claims = claims_of(self.pair["access"])
        self.assertEqual(self.me(signed(claims)), self.cast.ben.pk)
        for change in ({"public_id": None}, {"public_id": 5}, {"public_id": ""}, {"public_id": [claims["public_id"]]}):
            with self.subTest(change):
                self.assertEqual(self.me(signed({**claims, **change})), REFUSED)
        for user_id in (None, self.cast.cora.pk, [self.cast.ben.pk], True, ""):
            with self.subTest(user_id=user_id):
                self.assertEqual(self.me(signed({**claims, "user_id": user_id})), REFUSED)
        del claims["user_id"]
        self.assertEqual(self.me(signed(claims)), REFUSED)
        del claims["public_id"]
        self.assertEqual(self.me(signed(claims)), REFUSED)


class RefreshTests(RestoreCase):
    def test_it_opens_no_other_sign_in_and_ends_none(self):
        def check(row):
            self.assertEqual(self.refresh(self.pair["refresh"]), REFUSED)
            self.assert_untouched(row)
            self.assertIsNone(RefreshToken.objects.get().spent_at)

        self.with_each_other(check)

    def test_a_spent_one_ends_no_other_sign_in(self):
        row = give_row_again(self.sign_in, user=self.cast.ben)
        RefreshToken.objects.update(spent_at="2024-01-01T00:00:00Z")
        self.assertEqual(self.refresh(self.pair["refresh"]), REFUSED)
        self.assert_untouched(row)

    def test_one_of_the_release_before_opens_those_of_its_person_alone(self):
        def check(row):
            answer = self.refresh(of_before(self.pair["refresh"]))
            if row.user_id != self.cast.ben.pk:
                self.assertEqual(answer, REFUSED)
                self.assert_untouched(row)
                return
            row.refresh_from_db()
            self.assertEqual(claims_of(answer)["public_id"], row.public_id)
            self.assertEqual(len(row.public_id), 32)

        self.with_each_other(check)


class SessionTests(RestoreCase):
    def setUp(self):
        SignIn.objects.all().delete()
        self.client = page_client(self.cast.ben)
        self.sign_in = SignIn.objects.get()

    def me(self):
        return self.outcome(self.client.get("/api/auth/me"), "user")

    def test_it_opens_no_other_sign_in_and_ends_none(self):
        self.assertEqual(self.me(), self.cast.ben.pk)

        def check(row):
            self.assertEqual(self.me(), (401, "not_authenticated"))
            self.assert_untouched(row)
            # A session that does not match is emptied at once: the next case needs a new one.
            self.setUp()

        self.with_each_other(check)

    def test_one_of_the_release_before_opens_those_of_its_person_alone(self):
        make_session_of_before(self.client.session)
        give_row_again(self.sign_in, user=self.cast.ben)
        self.assertEqual(self.me(), self.cast.ben.pk)
        make_session_of_before(self.client.session)
        row = give_row_again(self.sign_in, user=self.cast.cora)
        self.assertEqual(self.me(), (401, "not_authenticated"))
        self.assert_untouched(row)

    def test_one_of_the_release_before_is_replaced_at_the_next_request(self):
        make_session_of_before(self.client.session)
        SignIn.objects.update(public_id=None)
        self.assertEqual(self.me(), self.cast.ben.pk)
        public_id = SignIn.objects.get().public_id
        self.assertEqual(self.client.session[sign_ins.PUBLIC_ID_KEY], public_id)
        with self.assertNumQueries(2):
            self.assertEqual(self.me(), self.cast.ben.pk)


class UpgradeTests(RestoreCase):
    """A process of the previous release inserted the row."""

    def setUp(self):
        super().setUp()
        self.pair = {name: of_before(token) for name, token in self.pair.items()}
        SignIn.objects.update(public_id=None)

    def test_it_gets_its_public_id_when_first_met(self):
        self.assertEqual(self.me(self.pair["access"]), self.cast.ben.pk)
        given = SignIn.objects.get().public_id
        self.assertEqual(len(given), 32)
        with self.assertNumQueries(1):
            self.assertEqual(self.me(self.pair["access"]), self.cast.ben.pk)
        self.assertEqual(claims_of(self.refresh(self.pair["refresh"]))["public_id"], given)
        self.assertEqual(SignIn.objects.get().public_id, given)

    def test_it_gets_one_at_a_refresh(self):
        token = self.refresh(self.pair["refresh"])
        self.assertEqual(claims_of(token)["public_id"], SignIn.objects.get().public_id)
        self.assertIsInstance(self.refresh(token), str)
        self.assertEqual(self.refresh(self.pair["refresh"]), REFUSED)

    def test_of_those_that_meet_it_at_once_one_gives_it(self):
        def another_was_faster():
            SignIn.objects.update(public_id="0" * 32)
            return "1" * 32

        with patch.object(sign_ins, "_new_public_id", another_was_faster):
            token = self.refresh(self.pair["refresh"])
        self.assertEqual(claims_of(token)["public_id"], "0" * 32)
        self.assertEqual(SignIn.objects.get().public_id, "0" * 32)

    def test_it_gets_none_from_a_sign_in_that_is_over(self):
        sign_ins.end_all(self.cast.ben)
        self.assertEqual(self.me(self.pair["access"]), REFUSED)
        self.assertIsNone(SignIn.objects.get().public_id)
