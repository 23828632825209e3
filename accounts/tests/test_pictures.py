from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client, TestCase, override_settings

from accounts.models import User
from accounts.services import sign_ins, tokens
from chatsite.testing import Cast, page_client

NAME = "profile-" + "a" * 32 + ".webp"
URL = f"/assets/profiles/{NAME}"


def nobody(viewer, owner):
    return False


def same_first_letter(viewer, owner):
    return viewer.first_name[0] == owner.first_name[0]


class PictureTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()
        User.objects.filter(pk=cls.cast.ada.pk).update(picture=NAME)

    def setUp(self):
        default_storage.save(f"profiles/{NAME}", ContentFile(b"RIFFwebp"))

    def test_the_owner_admins_and_partners_of_a_chat_see_it(self):
        for person in (self.cast.ada, self.cast.admin, self.cast.ben):
            with self.subTest(person.first_name):
                answer = page_client(person).get(URL)
                self.assertEqual((answer.status_code, answer.content), (200, b"RIFFwebp"))
                self.assertEqual(answer.headers["Content-Type"], "image/webp")
                self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
                self.assertEqual(answer.headers["Cache-Control"], "private, no-cache")
                self.assertIn("sandbox", answer.headers["Content-Security-Policy"])

    def test_a_token_opens_it_too(self):
        access = tokens.issue(sign_ins.start(self.cast.ben, kind="api"))["access"]
        self.assertEqual(Client().get(URL, headers={"Authorization": f"Bearer {access}"}).status_code, 200)
        self.assertEqual(Client().head(URL, headers={"Authorization": f"Bearer {access}"}).status_code, 200)

    def test_strangers_get_what_an_unknown_name_gets(self):
        client = page_client(self.cast.cora, headers={"X-Request-ID": "the-same-for-both"})
        answer, unknown = client.get(URL), client.get("/assets/profiles/profile-" + "b" * 32 + ".webp")
        self.assertEqual((answer.status_code, answer.content), (404, unknown.content))
        self.assertEqual(answer.headers, unknown.headers)
        for name in ("%2e%2e%2fdb.sqlite3", "x", "%00", "profile-.webp"):
            self.assertEqual(client.get(f"/assets/profiles/{name}").status_code, 404)

    def test_who_is_not_signed_in_gets_a_401(self):
        for headers in ({}, {"Authorization": "Bearer junk"}):
            self.assertEqual(Client().get(URL, headers=headers).status_code, 401)

    def test_it_only_allows_reading(self):
        self.assertEqual(page_client(self.cast.ada).post(URL).status_code, 405)

    @override_settings(PROFILE_VIEWERS=[f"{__name__}.nobody"])
    def test_the_setting_decides_for_the_others(self):
        self.assertEqual(page_client(self.cast.ben).get(URL).status_code, 404)
        self.assertEqual(page_client(self.cast.ada).get(URL).status_code, 200)
        with override_settings(PROFILE_VIEWERS=[f"{__name__}.nobody", f"{__name__}.same_first_letter"]):
            User.objects.filter(pk=self.cast.cora.pk).update(first_name="Anna")
            self.assertEqual(page_client(self.cast.cora).get(URL).status_code, 200)
