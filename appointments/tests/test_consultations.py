from datetime import timedelta

from django.test import TestCase
from django.utils import timezone

from appointments.models import Appointment
from appointments.tests import book
from chat.models import Chat
from chatsite.testing import Cast, page_client

URL = "/professional/consultations"


class ConsultationsTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()

    def test_it_lists_by_day(self):
        noon = timezone.localtime().replace(hour=12, minute=0) + timedelta(days=3)
        book(self.cast.ada, self.cast.ben, starts_at=noon)
        book(self.cast.ada, self.cast.cora, starts_at=noon + timedelta(hours=1))
        book(self.cast.ada, self.cast.ben, starts_at=noon + timedelta(days=1))
        upcoming, _ = page_client(self.cast.ada).get(URL).context["sections"]
        self.assertEqual([len(rows) for _, rows in upcoming.groups], [2, 1])

    def test_it_shows_the_patient_and_what_is_unread(self):
        book(self.cast.ada, self.cast.ben)
        Chat.objects.filter(pk=self.cast.chat.pk).update(patient_unread=3, doctor_unread=7)
        page = page_client(self.cast.ada).get(URL)
        self.assertContains(page, "Ben Durand")
        self.assertContains(page, '<span class="visually-hidden">7 unread messages</span>', html=True)

    def test_it_shows_nobody_elses(self):
        book(self.cast.dan, self.cast.ben)
        self.assertNotContains(page_client(self.cast.ada).get(URL), "Ben Durand")

    def test_it_sends_a_patient_to_the_visits(self):
        self.assertRedirects(page_client(self.cast.ben).get(URL), "/patient/visits")

    def test_it_sends_an_admin_home(self):
        response = page_client(self.cast.admin).get(URL)
        self.assertRedirects(response, "/", fetch_redirect_response=False)


class ConsultationTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()
        cls.cast.ben.birth_date = timezone.localdate().replace(day=1) - timedelta(days=50 * 366)
        cls.cast.ben.save(update_fields=["birth_date"])
        cls.appointment = book(cls.cast.ada, cls.cast.ben)
        cls.url = f"{URL}/{cls.appointment.pk}"

    def act(self, user, action, **data):
        return page_client(user).post(f"{self.url}/{action}", data)

    def status(self):
        self.appointment.refresh_from_db()
        return self.appointment.status

    def test_it_shows_the_patient_with_age(self):
        page = page_client(self.cast.ada).get(self.url)
        self.assertContains(page, "Ben Durand")
        self.assertContains(page, "50 years old")

    def test_it_is_not_found_for_another_doctor_and_an_admin(self):
        for person in (self.cast.dan, self.cast.admin):
            with self.subTest(person.email):
                self.assertEqual(page_client(person).get(self.url).status_code, 404)

    def test_it_cancels(self):
        self.assertRedirects(self.act(self.cast.ada, "cancel"), self.url)
        self.assertEqual(self.status(), "cancelled")

    def test_it_cancels_by_post_only(self):
        self.assertEqual(page_client(self.cast.ada).get(f"{self.url}/cancel").status_code, 405)
        self.assertEqual(self.status(), "planned")

    def test_only_its_doctor_cancels(self):
        for person, expected in ((self.cast.dan, 404), (self.cast.ben, 403), (self.cast.admin, 403)):
            with self.subTest(person.email):
                self.assertEqual(self.act(person, "cancel").status_code, expected)
        self.assertEqual(self.status(), "planned")

    def test_it_cancels_nothing_that_has_begun(self):
        Appointment.objects.filter(pk=self.appointment.pk).update(starts_at=timezone.now() - timedelta(minutes=5))
        page = page_client(self.cast.ada).post(f"{self.url}/cancel", follow=True)
        self.assertContains(page, "This appointment has begun")
        self.assertEqual(self.status(), "planned")

    def test_it_records_how_a_past_one_went(self):
        Appointment.objects.filter(pk=self.appointment.pk).update(starts_at=timezone.now() - timedelta(days=1))
        for status in ("missed", "done"):
            with self.subTest(status):
                self.act(self.cast.ada, "conclude", status=status)
                self.assertEqual(self.status(), status)

    def test_it_concludes_nothing_that_has_not_begun(self):
        self.act(self.cast.ada, "conclude", status="done")
        self.assertEqual(self.status(), "planned")

    def test_it_refuses_another_status(self):
        for status in ("planned", "cancelled", "x", ""):
            with self.subTest(status):
                self.assertEqual(self.act(self.cast.ada, "conclude", status=status).status_code, 404)
