from django.conf import settings
from django.test import Client, TestCase
from django.urls import reverse

from accounts.models import SignIn
from accounts.services import sign_ins
from chatsite.testing import PASSWORD, Cast, page_client

URL = "/accounts/login/"


class LoginPageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()

    def setUp(self):
        self.client = Client(headers={"Accept-Language": "en"})

    def login(self, email="ben@example.org", password=PASSWORD, **more):
        return self.client.post(URL, {"login": email, "password": password, **more})

    def test_it_shows_one_form_and_one_heading(self):
        answer = self.client.get(URL)
        self.assertContains(answer, "<h1>", count=1)
        self.assertContains(answer, 'name="password" type="password" autocomplete="current-password"')
        self.assertContains(answer, 'href="tel:15"')
        self.assertNotContains(answer, "<style")
        self.assertNotContains(answer, "style=")
        self.assertNotContains(answer, "onclick")

    def test_each_role_lands_on_its_own_place(self):
        places = {"ada": reverse("professional_chat"), "ben": reverse("patient_chat"), "admin": "/admin/"}
        for name, place in places.items():
            with self.subTest(name):
                client = Client()
                email = f"{name}@example.org"
                answer = client.post(URL, {"login": email, "password": PASSWORD})
                self.assertRedirects(answer, "/", fetch_redirect_response=False)
                self.assertRedirects(client.get("/"), place, fetch_redirect_response=False)

    def test_it_starts_a_sign_in(self):
        firefox = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
        self.client.post(URL, {"login": " BEN@example.org ", "password": PASSWORD}, headers={"User-Agent": firefox})
        sign_in = SignIn.objects.get()
        self.assertEqual((sign_in.user, sign_in.kind), (self.cast.ben, "browser"))
        self.assertEqual(sign_in.device_name, "Firefox · Windows")
        self.assertEqual(self.client.session["sign_in"], sign_in.pk)

    def test_it_refuses_unknown_wrong_and_inactive_alike(self):
        pages = set()
        for email, password in [
            ("nobody@example.org", PASSWORD),
            ("ben@example.org", "wrong"),
            ("eve@example.org", PASSWORD),
        ]:
            answer = self.login(email, password)
            self.assertContains(answer, "Wrong address or password")
            pages.add(answer.content.decode().replace(email, "").split("csrfmiddlewaretoken")[0])
        self.assertEqual(len(pages), 1)
        self.assertEqual(SignIn.objects.count(), 0)

    def test_it_goes_on_to_where_the_person_was_going(self):
        self.assertRedirects(self.login(next="/accounts/profile"), "/accounts/profile", fetch_redirect_response=False)

    def test_it_goes_nowhere_else(self):
        for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
            with self.subTest(target):
                client = Client()
                answer = client.post(URL, {"login": "ben@example.org", "password": PASSWORD, "next": target})
                self.assertRedirects(answer, "/", fetch_redirect_response=False)

    def test_it_sends_on_who_is_signed_in(self):
        self.login()
        self.assertRedirects(self.client.get(URL), "/", fetch_redirect_response=False)

    def test_it_asks_for_the_csrf_token(self):
        client = Client(enforce_csrf_checks=True)
        self.assertEqual(client.post(URL, {"login": "ben@example.org", "password": PASSWORD}).status_code, 403)
        self.assertEqual(SignIn.objects.count(), 0)

    def test_a_session_dies_with_its_sign_in(self):
        self.login()
        self.assertEqual(self.client.get("/").status_code, 302)
        sign_ins.end_all(self.cast.ben)
        self.assertRedirects(self.client.get("/"), f"{URL}?next=/", fetch_redirect_response=False)
        self.assertNotIn(settings.SESSION_COOKIE_NAME, [m.key for m in self.client.cookies.values() if m.value])

    def test_a_session_without_a_sign_in_is_worth_nothing(self):
        self.login()
        session = self.client.session
        del session["sign_in"]
        session.save()
        self.assertRedirects(self.client.get("/"), f"{URL}?next=/", fetch_redirect_response=False)

    def test_nobody_signs_up(self):
        for answer in (
            self.client.get("/accounts/signup/"),
            self.client.post("/accounts/signup/", {"email": "x@y.org"}),
        ):
            self.assertTemplateUsed(answer, "account/signup_closed.html")
        self.assertFalse(type(self.cast.ben).objects.filter(email="x@y.org").exists())

    def test_other_pages_of_allauth_do_not_exist(self):
        client = page_client(self.cast.ben)
        for path in ("email/", "confirm-email/", "confirm-email/abc/", "password/set/", "inactive/"):
            for who in (self.client, client):
                self.assertEqual(who.get(f"/accounts/{path}").status_code, 404, path)

    def test_the_admin_uses_this_page(self):
        answer = self.client.get("/admin/login/?next=/admin/accounts/user/")
        self.assertRedirects(answer, f"{URL}?next=%2Fadmin%2Faccounts%2Fuser%2F", fetch_redirect_response=False)
        self.assertEqual(self.client.get("/admin/")["Location"], "/admin/login/?next=/admin/")
        self.assertEqual(page_client(self.cast.ben).get("/admin/", follow=True).status_code, 403)
        self.assertEqual(page_client(self.cast.admin).get("/admin/").status_code, 200)


class LogoutPageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()

    def test_it_asks_first_and_ends_this_sign_in_only(self):
        here, elsewhere = page_client(self.cast.ben), page_client(self.cast.ben)
        self.assertContains(here.get("/accounts/logout/"), '<form method="post" action="/accounts/logout/">')
        self.assertEqual(here.get("/").status_code, 302)
        self.assertEqual(SignIn.objects.not_ended().count(), 2)
        self.assertRedirects(here.post("/accounts/logout/"), URL, fetch_redirect_response=False)
        self.assertEqual(SignIn.objects.not_ended().count(), 1)
        self.assertEqual(here.get("/api/auth/me").status_code, 401)
        self.assertEqual(elsewhere.get("/api/auth/me").status_code, 200)

    def test_the_admins_log_out_ends_the_sign_in_too(self):
        client = page_client(self.cast.admin)
        client.post("/admin/logout/")
        self.assertEqual(SignIn.objects.not_ended().count(), 0)

    def test_a_copied_cookie_is_dead_after_the_log_out(self):
        client = page_client(self.cast.ben)
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.assertEqual(thief.get("/api/auth/me").status_code, 200)
        client.post("/accounts/logout/")
        self.assertEqual(thief.get("/api/auth/me").status_code, 401)
