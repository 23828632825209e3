from django.test import TestCase, override_settings

from appointments.tests import book
from chat.models import Chat
from chatsite.testing import Cast, page_client


def nobody(doctor, patient):
    """A practice that lets nobody open a chat."""
    return False


class OpenChatTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()
        cls.appointment = book(cls.cast.ada, cls.cast.ben)
        cls.url = f"/appointments/{cls.appointment.pk}/chat"

    def test_it_opens_the_chat_of_the_two(self):
        for person, side in ((self.cast.ben, "patient"), (self.cast.ada, "professional")):
            with self.subTest(side):
                response = page_client(person).post(self.url)
                self.assertRedirects(response, f"/{side}/chat/{self.cast.chat.pk}", fetch_redirect_response=False)
        self.assertEqual(Chat.objects.count(), 1)

    def test_it_makes_the_chat_where_there_is_none(self):
        for person, side in ((self.cast.cora, "patient"), (self.cast.dan, "professional")):
            with self.subTest(side):
                appointment = book(self.cast.dan, self.cast.cora)
                response = page_client(person).post(f"/appointments/{appointment.pk}/chat")
                chat = Chat.objects.get(doctor=self.cast.dan, patient=self.cast.cora)
                self.assertRedirects(response, f"/{side}/chat/{chat.pk}", fetch_redirect_response=False)

    def test_it_only_takes_a_post(self):
        client = page_client(self.cast.dan)
        appointment = book(self.cast.dan, self.cast.cora)
        for method in (client.get, client.head, client.put):
            self.assertEqual(method(f"/appointments/{appointment.pk}/chat").status_code, 405)
        self.assertEqual(Chat.objects.count(), 1)

    def test_it_wants_a_csrf_token(self):
        client = page_client(self.cast.ben)
        client.handler.enforce_csrf_checks = True
        self.assertEqual(client.post(self.url).status_code, 403)

    def test_it_is_not_found_for_anybody_else(self):
        for person in (self.cast.cora, self.cast.dan, self.cast.admin):
            with self.subTest(person.email):
                self.assertEqual(page_client(person).post(self.url).status_code, 404)
        self.assertEqual(Chat.objects.count(), 1)

    def test_it_sends_strangers_to_the_sign_in(self):
        response = self.client.post(self.url)
        self.assertEqual(response.status_code, 302)
        self.assertIn("/accounts/login/", response["Location"])

    def test_it_opens_an_old_chat_with_someone_who_left(self):
        self.cast.ada.is_active = False
        self.cast.ada.save(update_fields=["is_active"])
        response = page_client(self.cast.ben).post(self.url)
        self.assertRedirects(response, f"/patient/chat/{self.cast.chat.pk}", fetch_redirect_response=False)

    def test_it_reports_that_the_other_person_left_before_any_chat(self):
        appointment = book(self.cast.dan, self.cast.ben)
        self.cast.dan.is_active = False
        self.cast.dan.save(update_fields=["is_active"])
        page = page_client(self.cast.ben).post(f"/appointments/{appointment.pk}/chat", follow=True)
        self.assertRedirects(page, f"/patient/visits/{appointment.pk}")
        self.assertContains(page, f"{self.cast.dan.display_name} can no longer be reached here.")
        self.assertEqual(Chat.objects.count(), 1)

    @override_settings(CHAT_MAY_TALK="appointments.tests.test_open_chat.nobody")
    def test_it_reports_that_the_practice_lets_them_open_none(self):
        appointment = book(self.cast.dan, self.cast.ben)
        client, words = page_client(self.cast.ben), f"You and {self.cast.dan.display_name} may not open a conversation"
        self.assertContains(client.get(f"/patient/visits/{appointment.pk}"), words)
        page = client.post(f"/appointments/{appointment.pk}/chat", follow=True)
        self.assertContains(page, words)
        # The chat that they have stays open.
        self.assertNotContains(client.get(f"/patient/visits/{self.appointment.pk}"), "may not open")
