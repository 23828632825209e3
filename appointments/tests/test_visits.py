from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from appointments.models import Appointment
from appointments.tests import book
from chat.models import Chat
from chatsite.testing import Cast, page_client

URL = "/patient/visits"


class VisitsTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()

    def setUp(self):
        self.client = page_client(self.cast.ben)

    def test_it_lists_upcoming_and_past(self):
        book(self.cast.ada, self.cast.ben, days=2, reason="Check-up")
        book(self.cast.ada, self.cast.ben, days=-2, reason="Vaccine")
        page = self.client.get(URL)
        upcoming, past = page.context["sections"]
        self.assertEqual([row.appointment.reason for _, rows in upcoming.groups for row in rows], ["Check-up"])
        self.assertEqual([row.appointment.reason for _, rows in past.groups for row in rows], ["Vaccine"])
        self.assertContains(page, "Check-up")
        self.assertContains(page, "Dr. Ada Martin")

    def test_it_keeps_an_appointment_that_is_going_on_in_the_upcoming(self):
        book(self.cast.ada, self.cast.ben, days=-5 / 1440, duration_minutes=20)
        upcoming, past = self.client.get(URL).context["sections"]
        self.assertEqual((len(upcoming.groups), len(past.groups)), (1, 0))

    def test_it_shows_nobody_elses(self):
        book(self.cast.ada, self.cast.cora, reason="Someone else's")
        self.assertNotContains(self.client.get(URL), "Someone else&#x27;s")

    def test_it_reports_that_there_is_none(self):
        self.assertContains(self.client.get(URL), "No past appointment.")

    def test_it_shows_a_cancelled_one_as_cancelled(self):
        book(self.cast.ada, self.cast.ben, status=Appointment.Status.CANCELLED)
        self.assertContains(self.client.get(URL), "Cancelled")

    def test_it_shows_what_is_unread_in_the_chat(self):
        book(self.cast.ada, self.cast.ben)
        Chat.objects.filter(pk=self.cast.chat.pk).update(patient_unread=3, doctor_unread=7)
        page = self.client.get(URL)
        self.assertContains(page, '<span class="visually-hidden">3 unread messages</span>', html=True)
        self.assertNotContains(page, "7 unread messages")

    def test_it_shows_what_was_put_back_to_unread(self):
        book(self.cast.ada, self.cast.ben)
        Chat.objects.filter(pk=self.cast.chat.pk).update(patient_marked_unread=True)
        self.assertContains(self.client.get(URL), '<span class="visually-hidden">1 unread message</span>', html=True)

    def test_it_offers_the_chat_as_a_form(self):
        visit = book(self.cast.ada, self.cast.ben)
        self.assertContains(self.client.get(URL), f'<form method="post" action="/appointments/{visit.pk}/chat">')

    def test_it_pages_both_lists(self):
        for number in range(21):
            book(self.cast.ada, self.cast.ben, days=-1 - number, reason=f"Past {number}")
        first = self.client.get(URL)
        self.assertContains(first, "Past 19")
        self.assertNotContains(first, "Past 20")
        self.assertContains(first, 'href="?past=2#past"')
        second = self.client.get(URL, {"past": "2"})
        [past] = second.context["sections"]
        self.assertEqual([row.appointment.reason for _, rows in past.groups for row in rows], ["Past 20"])
        self.assertEqual((past.less, past.more), (1, None))

    def test_it_takes_any_page_number(self):
        for text in ("0", "-1", "x", "٢", "9" * 5000, "1.5", ""):
            with self.subTest(text[:10]):
                self.assertEqual(self.client.get(URL, {"past": text}).status_code, 200)

    def test_it_asks_the_database_as_often_for_40_rows_as_for_2(self):
        book(self.cast.ada, self.cast.ben, days=1)
        book(self.cast.ada, self.cast.ben, days=-1)
        self.client.get(URL)
        with CaptureQueriesContext(connection) as asked:
            self.client.get(URL)
        for days in range(2, 21):
            book(self.cast.ada, self.cast.ben, days=days)
            book(self.cast.ada, self.cast.ben, days=-days)
        with self.assertNumQueries(len(asked)):
            self.client.get(URL)

    def test_it_sends_a_doctor_to_the_consultations(self):
        self.assertRedirects(page_client(self.cast.ada).get(URL), "/professional/consultations")

    def test_it_sends_strangers_to_the_sign_in(self):
        self.client.logout()
        self.assertRedirects(self.client.get(URL), f"/accounts/login/?next={URL}", fetch_redirect_response=False)

    def test_it_only_reads(self):
        self.assertEqual(self.client.post(URL).status_code, 405)


class VisitTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()
        cls.visit = book(
            cls.cast.ada, cls.cast.ben, link="https://video.example.org/room", duration_minutes=25, reason="Sore knee"
        )
        cls.url = f"/patient/visits/{cls.visit.pk}"

    def test_it_does_not_invite_to_write_to_someone_who_left(self):
        User.objects.filter(pk=self.cast.ada.pk).update(is_active=False)
        page = page_client(self.cast.ben).get(self.url)
        self.assertContains(page, "can no longer be reached here")
        self.assertNotContains(page, "Write to your doctor")

    def test_it_shows_everything_about_it(self):
        page = page_client(self.cast.ben).get(self.url)
        for words in ("Sore knee", "25 minutes", "Room 2", "Dr. Ada Martin", "General practice", "Confirmed"):
            with self.subTest(words):
                self.assertContains(page, words)
        self.assertContains(page, 'href="https://video.example.org/room"')
        self.assertContains(page, f'action="/appointments/{self.visit.pk}/chat"')

    def test_it_hides_the_video_link_once_it_is_over(self):
        over = book(self.cast.ada, self.cast.ben, days=-1, link="https://video.example.org/old")
        page = page_client(self.cast.ben).get(f"/patient/visits/{over.pk}")
        self.assertNotContains(page, "video.example.org")
        self.assertContains(page, "The video call is closed.")

    def test_it_is_not_found_for_anybody_else(self):
        self.assertEqual(page_client(self.cast.ben).get(self.url).status_code, 200)
        for person in (self.cast.cora, self.cast.admin):
            with self.subTest(person.email):
                self.assertEqual(page_client(person).get(self.url).status_code, 404)

    def test_it_sends_its_doctor_to_the_consultation(self):
        self.assertRedirects(page_client(self.cast.ada).get(self.url), f"/professional/consultations/{self.visit.pk}")

    def test_it_is_not_found_for_another_doctor(self):
        self.assertEqual(page_client(self.cast.dan).get(self.url, follow=True).status_code, 404)

    def test_it_handles_any_number(self):
        client = page_client(self.cast.ben)
        for number in ("0", "999999", str(2**63), "9" * 30):
            with self.subTest(number):
                self.assertEqual(client.get(f"/patient/visits/{number}").status_code, 404)

    def test_it_shows_no_way_to_change_it(self):
        self.assertNotContains(page_client(self.cast.ben).get(self.url), "/reschedule")

    def test_it_escapes_what_was_typed(self):
        visit = book(self.cast.ada, self.cast.ben, reason="<script>alert(1)</script>")
        self.assertNotContains(page_client(self.cast.ben).get(f"/patient/visits/{visit.pk}"), "<script>alert")
