import html
import re

from django.contrib.admin.models import LogEntry
from django.test import TestCase, override_settings
from django.utils import timezone

from accounts.models import LinkRequest, SignIn, User
from accounts.services import sign_ins
from chatsite.testing import Cast, page_client
from chatsite.testing.turns import deliver_mails
from practice import services as practice

LIST = "/admin/accounts/user/"
ADD = f"{LIST}add/"


@override_settings(PUBLIC_URL="http://testserver")
class InvitationTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()

    def setUp(self):
        self.client = page_client(self.cast.admin)

    def add(self, **changes):
        person = {
            "email": "Zoe@Example.org",
            "role": "patient",
            "title": "",
            "first_name": "Zoé",
            "last_name": "Petit",
            "specialty": "",
            "birth_date": "",
            "language": "en",
            "time_zone": "Europe/Paris",
        }
        return self.client.post(ADD, person | changes)

    def test_it_asks_for_no_password(self):
        page = self.client.get(ADD).content.decode()
        # What unlocks a page has one.
        self.assertNotIn('type="password"', page.partition('<template id="locked"')[0])

    def test_the_invitation_leads_to_a_password_and_in(self):
        self.assertEqual(self.add().status_code, 302)
        zoe = User.objects.get(email="zoe@example.org")
        self.assertFalse(zoe.has_usable_password())
        [message] = deliver_mails()
        self.assertEqual(message.to, ["zoe@example.org"])
        self.assertEqual(message.subject, "Cabinet des Tilleuls: your account is ready")
        self.assertIn("Hello Zoé Petit,", message.body)
        guest = self.client_class()
        page = guest.get(re.search(r"http://testserver(/\S+/key/\S+)", message.body).group(1), follow=True)
        action = re.search(r'action="(/accounts/password/reset/key/[^"]+)"', page.content.decode()).group(1)
        guest.post(action, {"password1": "three short words", "password2": "three short words"})
        answer = guest.post("/accounts/login/", {"login": "zoe@example.org", "password": "three short words"})
        self.assertRedirects(answer, "/", fetch_redirect_response=False)

    def test_it_says_that_the_invitation_is_on_its_way(self):
        self.add()
        self.assertContains(self.client.get(LIST), "on its way. If it does not arrive, send it again")

    def test_a_new_administrator_needs_a_right_and_the_next_page_says_so(self):
        answer = self.add(role="admin")
        zoe = User.objects.get(email="zoe@example.org")
        self.assertEqual(zoe.rights, frozenset())
        place = f"/admin/accounts/staffright/add/?user={zoe.pk}"
        self.assertContains(self.client.get(answer["Location"]), place)
        self.assertEqual(self.client.get(place).context["adminform"].form.initial["user"], str(zoe.pk))

    def test_it_does_not_let_an_admin_fill_a_mailbox(self):
        self.add()
        ids = User.objects.filter(email="zoe@example.org").values_list("pk", flat=True)
        for _ in range(5):
            self.client.post(LIST, {"action": "invite_again", "_selected_action": ids})
        self.assertEqual(LinkRequest.objects.count(), 5)
        self.assertContains(self.client.get(LIST), "1 person was sent five links within an hour.")

    def test_it_refuses_a_taken_address(self):
        self.assertContains(self.add(email="BEN@example.org"), "already exists")
        self.assertEqual(deliver_mails(), [])

    def test_it_can_be_sent_again_until_the_first_sign_in(self):
        self.add()
        deliver_mails()
        page_client(self.cast.ben)
        ids = User.objects.filter(email__in=["zoe@example.org", "ben@example.org", "eve@example.org"])
        self.client.post(LIST, {"action": "invite_again", "_selected_action": ids.values_list("pk", flat=True)})
        self.assertEqual([message.to for message in deliver_mails()], [["zoe@example.org"]])


class PeopleInTheAdminTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()

    def setUp(self):
        self.client = page_client(self.cast.admin)
        self.device = sign_ins.start(self.cast.ben, kind="api")

    def act(self, action, *people):
        return self.client.post(LIST, {"action": action, "_selected_action": [person.pk for person in people]})

    def form_of(self, person, **changes):
        page = self.client.get(f"{LIST}{person.pk}/change/")
        return page.context["adminform"].form.initial | {"birth_date": ""} | changes

    def test_it_closes_and_opens_accounts(self):
        self.act("deactivate", self.cast.ben, self.cast.cora)
        self.assertFalse(User.objects.get(pk=self.cast.ben.pk).is_active)
        self.assertIsNone(sign_ins.find(self.device.pk))
        self.assertIsNotNone(SignIn.objects.get(pk=self.device.pk).ended_at)
        self.act("activate", self.cast.ben)
        self.assertTrue(User.objects.get(pk=self.cast.ben.pk).is_active)
        self.assertFalse(User.objects.get(pk=self.cast.cora.pk).is_active)

    def test_an_admin_does_not_close_their_own_account(self):
        self.act("deactivate", self.cast.admin, self.cast.ben)
        self.assertTrue(User.objects.get(pk=self.cast.admin.pk).is_active)
        self.assertFalse(User.objects.get(pk=self.cast.ben.pk).is_active)
        page = self.client.get(f"{LIST}{self.cast.admin.pk}/change/")
        self.assertNotContains(page, 'name="role"')
        self.assertNotContains(page, 'name="is_active"')

    def save(self, person, **changes):
        values = {key: value for key, value in self.form_of(person, **changes).items() if value is not None}
        if not values.get("is_active", True):
            del values["is_active"]
        answer = self.client.post(f"{LIST}{person.pk}/change/", values)
        self.assertEqual(answer.status_code, 302, getattr(answer, "context", None) and answer.context["errors"])

    def test_another_role_or_a_closed_account_ends_sign_ins(self):
        for change in ({"role": "doctor"}, {"is_active": False}):
            with self.subTest(change):
                device = sign_ins.start(User.objects.get(pk=self.cast.ben.pk), kind="api")
                self.save(self.cast.ben, **change)
                self.assertIsNotNone(SignIn.objects.get(pk=device.pk).ended_at)

    def test_a_name_does_not(self):
        self.save(self.cast.ben, first_name="Benoît")
        self.assertEqual(User.objects.get(pk=self.cast.ben.pk).first_name, "Benoît")
        self.assertIsNone(SignIn.objects.get(pk=self.device.pk).ended_at)

    def test_nobody_chooses_a_password_for_another(self):
        page = self.client.get(f"{LIST}{self.cast.ben.pk}/change/")
        self.assertNotContains(page, "password1")
        self.assertNotContains(page, "md5")
        self.assertEqual(self.client.get(f"{LIST}{self.cast.ben.pk}/password/").status_code, 302)
        before = self.cast.ben.password
        self.client.post(f"{LIST}{self.cast.ben.pk}/password/", {"password1": "a new one", "password2": "a new one"})
        self.save(self.cast.ben, password=self.cast.ada.password)
        self.assertEqual(User.objects.get(pk=self.cast.ben.pk).password, before)
        self.assertNotEqual(self.client.get(LIST, {"password__startswith": "md5"}).status_code, 200)

    def test_the_page_of_a_person_ends_a_password_and_sends_a_link(self):
        User.objects.filter(pk=self.cast.ben.pk).update(last_login=timezone.now())
        deliver_mails()
        self.client.post(f"{LIST}{self.cast.ben.pk}/change/", {"_end_password": "1"})
        self.assertFalse(User.objects.get(pk=self.cast.ben.pk).has_usable_password())
        self.assertIsNotNone(SignIn.objects.get(pk=self.device.pk).ended_at)
        subjects = {message.subject.partition(": ")[2] for message in deliver_mails()}
        self.assertEqual(subjects, {"your password no longer works", "choose a new password"})
        self.assertEqual(LogEntry.objects.get().get_change_message(), "Password ended, link sent.")

    def test_the_page_of_a_person_signs_them_out_everywhere(self):
        self.client.post(f"{LIST}{self.cast.ben.pk}/change/", {"_sign_out": "1"})
        self.assertIsNotNone(SignIn.objects.get(pk=self.device.pk).ended_at)
        self.assertEqual(LogEntry.objects.get().get_change_message(), "Signed out everywhere.")

    def test_an_admin_does_not_end_their_own_password(self):
        self.client.post(f"{LIST}{self.cast.admin.pk}/change/", {"_end_password": "1"})
        self.assertTrue(User.objects.get(pk=self.cast.admin.pk).has_usable_password())

    def test_an_admin_changes_their_own_password_where_all_do(self):
        self.assertRedirects(
            self.client.get("/admin/password_change/"), "/accounts/password/change/", fetch_redirect_response=False
        )

    def test_nobody_is_deleted(self):
        self.assertEqual(self.client.get(f"{LIST}{self.cast.ben.pk}/delete/").status_code, 403)
        self.assertEqual(self.client.post(f"{LIST}{self.cast.ben.pk}/delete/", {"post": "yes"}).status_code, 403)
        self.assertNotContains(self.client.get(LIST), "delete_selected")
        self.act("delete_selected", self.cast.ben)
        self.assertTrue(User.objects.filter(pk=self.cast.ben.pk).exists())

    def test_it_finds_people_by_name_and_address(self):
        for query in ("durand", "ben@ex", "Ben Durand"):
            answer = self.client.get(LIST, {"q": query})
            self.assertContains(answer, "ben@example.org")
            self.assertNotContains(answer, "cora@example.org")

    def test_its_list_asks_as_often_for_two_as_for_forty(self):
        def count():
            with self.assertNumQueries(5):
                self.assertEqual(self.client.get(LIST).status_code, 200)

        # Read once in five seconds.
        practice.current()
        count()
        for number in range(40):
            User.objects.create_user(f"p{number}@example.org", None, "patient")
        count()

    def test_it_shows_no_other_tables_of_the_libraries(self):
        page = self.client.get("/admin/")
        for word in ("/admin/auth/", "/admin/account/", "/admin/axes/"):
            self.assertNotContains(page, word)

    def test_its_head_leads_to_ones_own_profile_and_second_factor(self):
        page = self.client.get("/admin/")
        self.assertContains(page, '<a href="/accounts/profile">Profile</a>')
        # It would lead back to the admin.
        self.assertNotContains(page, "View site")

    def test_every_link_of_the_start_page_leads_somewhere(self):
        links = re.findall(r'href="([^"]*)"', self.client.get("/admin/").content.decode().split('class="start"')[1])
        daily = [html.unescape(link) for link in links[:4]]
        self.assertEqual(len([link for link in daily if "?" in link]), 2)
        for link in daily:
            self.assertEqual(self.client.get(link).status_code, 200, link)

    def test_others_stay_out(self):
        for person in (self.cast.ada, self.cast.ben):
            self.assertEqual(page_client(person).get(LIST, follow=True).status_code, 403)
