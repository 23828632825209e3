import re

from django.core import mail
from django.db import connection
from django.test import Client, TestCase, override_settings
from django.test.utils import CaptureQueriesContext

from accounts.models import SignIn, User
from accounts.services import sign_ins, tokens
from chatsite.testing import PASSWORD, Cast, page_client
from chatsite.testing.turns import deliver_mails

RESET = "/accounts/password/reset/"
CHANGE = "/accounts/password/change/"
NEW = "quite another phrase"


def link_in(message):
    return re.search(r"http\S+/password/reset/key/\S+", message.body).group()


@override_settings(PUBLIC_URL="http://testserver")
class PasswordResetTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()

    def setUp(self):
        self.client = Client(headers={"Accept-Language": "en"})

    def ask(self, email):
        answer = self.client.post(RESET, {"email": email})
        deliver_mails()
        return answer

    def open_link(self, client, link):
        answer = client.get(link)
        return client.get(answer["Location"]) if answer.status_code == 302 else answer

    def choose(self, client, page, password=NEW, again=None):
        action = re.search(r'action="(/accounts/password/reset/key/[^"]+)"', page.content.decode()).group(1)
        return client.post(action, {"password1": password, "password2": again or password})

    def test_it_mails_a_link_that_sets_a_password_once(self):
        device = sign_ins.start(self.cast.ben, kind="api")
        self.assertRedirects(self.ask(" BEN@example.org "), f"{RESET}done/")
        message = mail.outbox[0]
        self.assertEqual(message.to, ["ben@example.org"])
        page = self.open_link(self.client, link_in(message))
        self.assertContains(page, 'autocomplete="new-password"', count=2)
        self.assertRedirects(self.choose(self.client, page), f"{RESET}key/done/")
        self.assertIsNone(sign_ins.find(device.pk))
        self.assertEqual(self.client.get("/api/auth/me").status_code, 401)
        self.cast.ben.refresh_from_db()
        self.assertTrue(self.cast.ben.check_password(NEW))
        self.assertContains(self.open_link(self.client, link_in(message)), "no longer works")

    def test_it_answers_alike_for_unknown_and_inactive_and_mails_nobody(self):
        answers = {self.ask(email).headers["Location"] for email in ("nobody@example.org", "eve@example.org")}
        self.assertEqual(mail.outbox, [])
        answers.add(self.ask("ben@example.org").headers["Location"])
        self.assertEqual(answers, {f"{RESET}done/"})
        self.assertEqual(len(mail.outbox), 1)

    def test_a_request_asks_the_same_whoever_is_asked_for(self):
        """How long it takes must not reveal who has an account: all else happens behind the answer."""
        queries = {}
        for email in ("nobody@example.org", "ben@example.org", "eve@example.org"):
            with CaptureQueriesContext(connection) as captured:
                self.client.post(RESET, {"email": email})
            queries[email] = [query["sql"].split()[0] for query in captured]
        self.assertEqual(len({tuple(found) for found in queries.values()}), 1, queries)
        self.assertEqual(mail.outbox, [])
        self.assertEqual([sent.to for sent in deliver_mails()], [["ben@example.org"]])

    def test_it_takes_an_address_as_long_as_the_form_does(self):
        long = f"{'a' * 200}@{'b' * 60}.{'c' * 50}.fr"
        self.assertRedirects(self.ask(long), f"{RESET}done/")

    @override_settings(PUBLIC_URL="https://chat.example", ALLOWED_HOSTS=["*"])
    def test_its_link_does_not_come_from_the_host_header(self):
        self.client.post(RESET, {"email": "ben@example.org"}, headers={"Host": "evil.example"})
        deliver_mails()
        self.assertTrue(link_in(mail.outbox[0]).startswith("https://chat.example/accounts/password/reset/key/"))
        self.assertNotIn("evil", mail.outbox[0].body + mail.outbox[0].subject)

    def test_it_goes_to_the_present_address_only(self):
        self.ask("ben@example.org")
        User.objects.filter(pk=self.cast.ben.pk).update(email="new@example.org")
        self.assertContains(self.open_link(self.client, link_in(mail.outbox[0])), "no longer works")
        self.ask("ben@example.org")
        self.assertEqual(len(mail.outbox), 1)

    def test_its_link_dies_with_the_account(self):
        self.ask("ben@example.org")
        User.objects.filter(pk=self.cast.ben.pk).update(is_active=False)
        self.assertContains(self.open_link(self.client, link_in(mail.outbox[0])), "no longer works")

    def test_it_lasts_for_days_but_not_for_ever(self):
        self.ask("ben@example.org")
        with override_settings(PASSWORD_RESET_TIMEOUT=-1):
            self.assertContains(self.open_link(self.client, link_in(mail.outbox[0])), "no longer works")

    def test_junk_links_are_answered(self):
        for key in ("1-x", "zzzzzzzzzzzzz-abc-def", "0-set-password", "99999999999999999999-set-password"):
            with self.subTest(key):
                self.assertContains(self.client.get(f"{RESET}key/{key}/"), "no longer works")

    def test_a_program_that_looks_at_the_link_stores_nothing(self):
        self.ask("ben@example.org")
        link = link_in(mail.outbox[0])
        with self.assertNumQueries(0):
            self.assertEqual(self.client.head(link).status_code, 200)
        self.assertEqual(self.client.get(link).status_code, 302)

    def test_it_refuses_a_weak_or_mistyped_password(self):
        self.ask("ben@example.org")
        page = self.open_link(self.client, link_in(mail.outbox[0]))
        for password, again in (("password12", None), ("short", None), ("ben@example.org", None), (NEW, NEW + "x")):
            with self.subTest(password):
                self.assertContains(self.choose(self.client, page, password, again), 'class="field__error"')
        self.cast.ben.refresh_from_db()
        self.assertTrue(self.cast.ben.check_password(PASSWORD))

    def test_it_does_not_let_one_fill_a_mailbox(self):
        statuses = [self.ask("ben@example.org").status_code for _ in range(6)]
        self.assertEqual(statuses, [302] * 5 + [429])
        self.assertEqual(len(mail.outbox), 5)

    def test_it_speaks_the_language_of_the_person(self):
        for language, hello in (("fr", "Bonjour Ben Durand"), ("en", "Hello Ben Durand")):
            User.objects.filter(pk=self.cast.ben.pk).update(language=language)
            self.ask("ben@example.org")
            self.assertIn(hello, mail.outbox[-1].body)


class PasswordChangeTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()

    def change(self, client, old=PASSWORD, new=NEW):
        return client.post(CHANGE, {"oldpassword": old, "password1": new, "password2": new})

    def test_it_signs_out_everywhere_this_device_too(self):
        here, elsewhere = page_client(self.cast.ben), page_client(self.cast.ben)
        phone = tokens.issue(sign_ins.start(self.cast.ben, kind="api"))
        stranger = sign_ins.start(self.cast.cora, kind="api")
        answer = self.change(here)
        self.assertRedirects(answer, "/accounts/login/", fetch_redirect_response=False)
        self.assertContains(here.get("/accounts/login/"), "Your password is changed")
        for client in (here, elsewhere):
            self.assertEqual(client.get("/api/auth/me").status_code, 401)
        bearer = {"Authorization": f"Bearer {phone['access']}"}
        self.assertEqual(self.client.get("/api/auth/me", headers=bearer).status_code, 401)
        self.assertEqual(list(SignIn.objects.not_ended()), [stranger])
        self.assertEqual(
            self.client.post("/accounts/login/", {"login": "ben@example.org", "password": NEW}).status_code, 302
        )

    def test_it_refuses_a_wrong_old_password(self):
        client = page_client(self.cast.ben)
        self.assertContains(self.change(client, old="wrong"), 'class="field__error"')
        self.assertEqual(client.get("/api/auth/me").status_code, 200)

    def test_it_limits_guesses_of_the_old_password(self):
        client = page_client(self.cast.ben)
        statuses = [self.change(client, old=f"guess {number}").status_code for number in range(6)]
        self.assertEqual(statuses, [200] * 5 + [429])

    def test_it_sends_strangers_to_the_sign_in(self):
        self.assertRedirects(self.client.get(CHANGE), f"/accounts/login/?next={CHANGE}", fetch_redirect_response=False)
