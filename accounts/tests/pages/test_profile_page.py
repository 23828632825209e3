from io import BytesIO
from unittest.mock import patch

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from PIL import Image

from accounts.models import SignIn, User
from accounts.services import sign_ins
from accounts.signals import presence_switched
from chatsite.testing import Cast, confirm, page_client

URL = "/accounts/profile"


def photo(kind="JPEG", size=(900, 600)) -> bytes:
    out = BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Secret camera"
    Image.new("RGB", size, "teal").save(out, kind, exif=exif)
    return out.getvalue()


def upload(data, name="me.JPG"):
    return SimpleUploadedFile(name, data)


class ProfilePageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()

    def setUp(self):
        self.client = page_client(self.cast.ada)

    def save(self, client=None, **changes):
        values = {"title": "Dr.", "first_name": "Ada", "last_name": "Martin", "language": "en"}
        return (client or self.client).post(URL, values | {"time_zone": "Europe/Paris"} | changes)

    def ada(self):
        return User.objects.get(pk=self.cast.ada.pk)

    def test_it_shows_one_heading_and_what_is_kept(self):
        answer = self.client.get(URL)
        self.assertContains(answer, "<h1", count=1)
        self.assertContains(answer, 'value="Martin"')
        self.assertContains(answer, '<option value="Europe/Paris" selected>Europe/Paris</option>', html=True)
        self.assertNotContains(answer, "style=")

    def test_it_keeps_names_language_and_time_zone(self):
        answer = self.save(title="Prof.", first_name="Adèle", language="fr", time_zone="America/Toronto")
        self.assertRedirects(answer, URL)
        ada = self.ada()
        kept = (ada.title, ada.first_name, ada.language, ada.time_zone)
        self.assertEqual(kept, ("Prof.", "Adèle", "fr", "America/Toronto"))

    def test_it_refuses_no_name_and_unknown_choices(self):
        for change in (
            {"first_name": ""},
            {"last_name": " "},
            {"language": "xx"},
            {"time_zone": "Mars/Olympus"},
            {"time_zone": "../../etc/passwd"},
            {"first_name": "x" * 101},
        ):
            with self.subTest(change):
                self.assertContains(self.save(**change), 'aria-invalid="true"')
        self.assertEqual(self.ada().time_zone, "Europe/Paris")

    def test_it_changes_neither_role_nor_address_nor_anybody_elses(self):
        self.save(role="admin", email="evil@example.org", is_active="", specialty="Magic", id=self.cast.ben.pk)
        ada = self.ada()
        self.assertEqual((ada.role, ada.email, ada.specialty), ("doctor", "ada@example.org", "General practice"))

    def test_a_patient_has_no_title_to_choose(self):
        client = page_client(self.cast.ben)
        self.assertNotContains(client.get(URL), 'name="title"')
        self.save(client, title="Dr.", first_name="Ben")
        self.assertEqual(User.objects.get(pk=self.cast.ben.pk).title, "")

    def test_a_person_shows_or_hides_when_they_are_online(self):
        def is_checked(client):
            return 'name="shows_presence" checked' in client.get(URL).content.decode()

        self.assertEqual((is_checked(page_client(self.cast.ben)), is_checked(self.client)), (False, False))
        switched = []

        def receive(sender, user_ids, **_):
            switched.extend(user_ids)

        presence_switched.connect(receive)
        self.addCleanup(presence_switched.disconnect, receive)
        with self.captureOnCommitCallbacks(execute=True):
            self.save(first_name="Adèle")
        self.assertEqual((self.ada().shows_presence, switched), (False, []))
        for shows in (True, False):
            with self.captureOnCommitCallbacks(execute=True):
                self.assertRedirects(self.save(**({"shows_presence": "on"} if shows else {})), URL)
            self.assertEqual((self.ada().shows_presence, is_checked(self.client)), (shows, shows))
        self.assertEqual(switched, [self.cast.ada.pk] * 2)

    def test_it_draws_a_small_clean_picture(self):
        self.assertRedirects(self.save(picture=upload(photo())), URL)
        name = self.ada().picture
        self.assertRegex(name, r"\Aprofile-[0-9a-f]{32}\.webp\Z")
        with default_storage.open(f"profiles/{name}") as file:
            data = file.read()
        image = Image.open(BytesIO(data))
        self.assertEqual((image.format, image.size), ("WEBP", (512, 341)))
        self.assertNotIn(b"Secret camera", data)
        self.assertContains(self.client.get(URL), f'src="/assets/profiles/{name}"')

    def test_a_new_picture_replaces_the_old_one_and_none_removes_it(self):
        self.save(picture=upload(photo()))
        first = self.ada().picture
        self.save(picture=upload(photo("PNG"), "me.png"))
        second = self.ada().picture
        self.assertEqual(default_storage.listdir("profiles")[1], [second])
        self.assertNotEqual(first, second)
        self.save(remove_picture="on")
        self.assertEqual((self.ada().picture, default_storage.listdir("profiles")[1]), ("", []))

    def test_it_refuses_what_is_no_picture(self):
        refused = {
            "page.jpg": b"<html>",
            "empty.png": b"",
            "letter.pdf": b"%PDF-1.7",
            "vector.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "cut.jpg": photo()[:900],
            "big.jpg": photo() + b"\0" * (10 * 1024 * 1024),
        }
        for name, data in refused.items():
            with self.subTest(name):
                answer = self.save(first_name="Changed", picture=upload(data, name))
                self.assertContains(answer, 'class="field__error"')
        ada = self.ada()
        self.assertEqual((ada.picture, ada.first_name), ("", "Ada"))
        self.assertFalse(default_storage.exists("profiles") and default_storage.listdir("profiles")[1])

    def test_it_takes_a_picture_under_any_name(self):
        for name in ("other.png", "noname", "photo.jfif", "me.jpg."):
            with self.subTest(name):
                self.save(picture=upload(photo(), name))
                self.assertTrue(default_storage.exists(f"profiles/{self.ada().picture}"))

    def test_it_reports_that_the_picture_cannot_be_stored(self):
        with patch("chatsite.files.storage.default_storage.save", side_effect=OSError("disk full")):
            answer = self.save(picture=upload(photo()))
        self.assertContains(answer, "could not be stored", status_code=503)
        self.assertEqual(answer["Retry-After"], "5")
        self.assertEqual(self.ada().picture, "")

    def test_it_sends_strangers_to_the_sign_in(self):
        for answer in (self.client_class().get(URL), self.save(self.client_class(), first_name="Evil")):
            self.assertRedirects(answer, f"/accounts/login/?next={URL}", fetch_redirect_response=False)
        self.assertEqual(self.ada().first_name, "Ada")

    def test_it_asks_for_the_csrf_token(self):
        self.client.handler.enforce_csrf_checks = True
        self.assertEqual(self.save(first_name="Evil").status_code, 403)

    def test_it_only_allows_get_and_post(self):
        self.assertEqual(self.client.put(URL).status_code, 405)


class DevicesTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()

    def setUp(self):
        self.client = page_client(self.cast.ben)
        self.here = SignIn.objects.get()
        self.phone = sign_ins.start(self.cast.ben, kind="api", device_name="Old phone")
        self.tablet = sign_ins.start(self.cast.ben, kind="api", device_name="<b>Tablet</b>")
        self.stranger = sign_ins.start(self.cast.cora, kind="api", device_name="Cora's phone")

    def valid(self):
        return set(sign_ins.still_valid(row.pk for row in (self.here, self.phone, self.tablet, self.stranger)))

    def test_it_lists_my_devices(self):
        answer = self.client.get(URL)
        self.assertContains(answer, "Old phone")
        self.assertContains(answer, "&lt;b&gt;Tablet")
        self.assertContains(answer, "this device", count=1)
        self.assertNotContains(answer, "Cora&#x27;s phone")

    def test_it_ends_one(self):
        self.assertRedirects(self.client.post(f"{URL}/devices/{self.phone.pk}/end"), URL)
        self.assertEqual(self.valid(), {self.here.pk, self.tablet.pk, self.stranger.pk})

    def test_it_ends_this_one(self):
        answer = self.client.post(f"{URL}/devices/{self.here.pk}/end")
        self.assertRedirects(answer, "/accounts/login/", fetch_redirect_response=False)
        self.assertEqual(self.client.get("/api/auth/me").status_code, 401)
        self.assertEqual(self.valid(), {self.phone.pk, self.tablet.pk, self.stranger.pk})

    def test_it_ends_all_others(self):
        confirm(self.client)
        self.assertRedirects(self.client.post(f"{URL}/devices/end-others"), URL)
        self.assertEqual(self.valid(), {self.here.pk, self.stranger.pk})

    def test_it_ends_nobody_elses(self):
        self.assertEqual(self.client.post(f"{URL}/devices/{self.stranger.pk}/end").status_code, 404)
        self.assertEqual(self.client.post(f"{URL}/devices/{2**70}/end").status_code, 404)
        self.assertEqual(len(self.valid()), 4)

    def test_it_ends_nothing_on_a_get(self):
        for path in (f"devices/{self.phone.pk}/end", "devices/end-others"):
            self.assertEqual(self.client.get(f"{URL}/{path}").status_code, 405)
        self.assertEqual(len(self.valid()), 4)
