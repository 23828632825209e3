from django.test import Client, TestCase, override_settings
from django.utils import timezone, translation

from accounts.models import User
from chatsite.testing import Cast, page_client

LOGIN = "/accounts/login/"
PROFILE = "/accounts/profile"


class PreferencesTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()

    def setUp(self):
        self.addCleanup(translation.deactivate)
        self.addCleanup(timezone.deactivate)

    def language_of(self, client, path=LOGIN, **headers):
        answer = client.get(path, headers=headers)
        self.assertContains(answer, f'<html lang="{answer.headers["Content-Language"]}"')
        return answer.headers["Content-Language"]

    def test_strangers_are_spoken_to_as_their_browser_asks_and_else_in_french(self):
        self.assertEqual(self.language_of(Client()), "fr")
        self.assertEqual(self.language_of(Client(), **{"Accept-Language": "en-GB,en;q=0.9"}), "en")
        self.assertEqual(self.language_of(Client(), **{"Accept-Language": "de"}), "fr")

    def test_strangers_may_choose(self):
        client = Client()
        answer = client.post("/language", {"language": "en", "next": f"{LOGIN}?next=/accounts/profile"})
        self.assertRedirects(answer, f"{LOGIN}?next=/accounts/profile")
        self.assertEqual(self.language_of(client, **{"Accept-Language": "fr"}), "en")

    def test_every_page_has_the_switch(self):
        pages = [
            (Client(), ("/nowhere", "/accessibility", LOGIN)),
            (page_client(self.cast.ben), ("/nowhere", "/accessibility", "/accounts/password/change/", PROFILE)),
            (page_client(self.cast.admin), ("/admin/", "/admin/accounts/user/")),
        ]
        for client, addresses in pages:
            for address in addresses:
                page = client.get(address).content.decode()
                form = page[page.index('action="/language"') :]
                self.assertIn('value="ar"', form[: form.index("</form>")], address)

    def test_a_persons_own_language_wins(self):
        client = page_client(self.cast.ben)
        for language, asked in (("fr", "en"), ("en", "fr"), ("ar", "fr")):
            User.objects.filter(pk=self.cast.ben.pk).update(language=language)
            self.assertEqual(self.language_of(client, PROFILE, **{"Accept-Language": asked}), language)

    def test_a_person_may_choose_on_every_page_and_comes_back_to_it(self):
        client = page_client(self.cast.ben)
        page = client.get(PROFILE).content.decode()
        self.assertIn('popovertarget="languages"', page)
        answer = client.post("/language", {"language": "ar"}, headers={"Referer": f"http://testserver{PROFILE}"})
        self.assertRedirects(answer, f"http://testserver{PROFILE}")
        self.assertContains(client.get(PROFILE), '<html lang="ar" dir="rtl"')
        # On the next device, too.
        self.assertEqual(self.language_of(page_client(self.cast.ben), PROFILE), "ar")

    def test_a_language_that_is_not_spoken_here_changes_nothing(self):
        client = page_client(self.cast.ben)
        for language in ("de", "", "ar-EG", "x" * 50):
            self.assertEqual(client.post("/language", {"language": language}).status_code, 400)
        self.assertEqual(client.get("/language").status_code, 405)
        self.assertEqual(User.objects.get(pk=self.cast.ben.pk).language, "en")

    def test_times_are_those_of_the_persons_zone(self):
        client = page_client(self.cast.ben)
        for zone, offset in (("Asia/Tokyo", "+09:00"), ("America/Phoenix", "-07:00")):
            User.objects.filter(pk=self.cast.ben.pk).update(time_zone=zone)
            self.assertRegex(client.get(PROFILE).content.decode(), rf'<time datetime="[^"]*\{offset}"')

    @override_settings(TIME_ZONE="Asia/Tokyo")
    def test_a_zone_that_does_not_exist_is_the_clinics(self):
        client = page_client(self.cast.ben)
        for zone in ("Mars/Olympus", "", "../etc/passwd", "Europe", "x" * 50):
            User.objects.filter(pk=self.cast.ben.pk).update(time_zone=zone)
            self.assertContains(client.get(PROFILE), "+09:00")

    def test_one_person_s_preferences_do_not_stay_for_the_next(self):
        User.objects.filter(pk=self.cast.ben.pk).update(language="en", time_zone="Asia/Tokyo")
        page_client(self.cast.ben).get(PROFILE)
        self.assertEqual(self.language_of(Client()), "fr")
        self.assertEqual(timezone.get_current_timezone_name(), "Europe/Paris")

    def test_a_page_names_in_vary_what_it_depends_on(self):
        vary = Client().get(LOGIN).headers["Vary"]
        self.assertIn("Accept-Language", vary)
        self.assertIn("Cookie", vary)
