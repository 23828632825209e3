from datetime import timedelta

from django.contrib.admin.models import LogEntry
from django.test import TestCase
from django.utils import timezone

from appointments.models import Appointment
from appointments.tests import book
from chatsite.testing import Cast, page_client

LIST = "/admin/appointments/appointment/"


class AppointmentAdminTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()

    def setUp(self):
        self.client = page_client(self.cast.admin)

    def form(self, **more):
        start = timezone.localtime() + timedelta(days=5)
        return {
            "doctor": self.cast.ada.pk,
            "patient": self.cast.ben.pk,
            "starts_at_0": f"{start:%Y-%m-%d}",
            "starts_at_1": "10:00",
            "duration_minutes": "20",
            "place": "Room 2",
            "link": "",
            "reason": "Check-up",
        } | more

    def test_it_makes_an_appointment(self):
        self.assertRedirects(self.client.post(f"{LIST}add/", self.form()), LIST)
        made = Appointment.objects.get()
        self.assertEqual((made.doctor, made.patient, made.status), (self.cast.ada, self.cast.ben, "planned"))

    def test_it_asks_the_same_rules_as_the_doctors_form(self):
        self.client.post(f"{LIST}add/", self.form())
        for change, words in (
            ({"starts_at_1": "10:10"}, "This doctor already has an appointment then"),
            ({"starts_at_0": "2020-01-01"}, "This moment has passed"),
            ({"place": ""}, "Say where"),
            ({"patient": self.cast.eve.pk}, "Select a valid choice"),
            ({"patient": self.cast.dan.pk}, "Select a valid choice"),
        ):
            with self.subTest(words):
                self.assertContains(self.client.post(f"{LIST}add/", self.form(**change)), words)
        self.assertEqual(Appointment.objects.count(), 1)

    def test_it_moves_an_appointment(self):
        appointment = book(self.cast.ada, self.cast.ben)
        self.assertRedirects(self.client.post(f"{LIST}{appointment.pk}/change/", self.form()), LIST)
        appointment.refresh_from_db()
        self.assertEqual(f"{timezone.localtime(appointment.starts_at):%H:%M}", "10:00")

    def test_it_keeps_the_people_when_it_moves(self):
        appointment = book(self.cast.ada, self.cast.ben)
        self.client.post(f"{LIST}{appointment.pk}/change/", self.form(patient=self.cast.cora.pk))
        appointment.refresh_from_db()
        self.assertEqual(appointment.patient, self.cast.ben)

    def test_it_cancels_on_the_page_and_keeps_a_trace(self):
        appointment = book(self.cast.ada, self.cast.ben)
        url = f"{LIST}{appointment.pk}/change/"
        self.assertContains(self.client.get(url), 'name="_cancel"')
        self.assertRedirects(self.client.post(url, {"_cancel": "1"}), url)
        appointment.refresh_from_db()
        self.assertTrue(appointment.is_cancelled)
        self.assertEqual(LogEntry.objects.get().object_id, str(appointment.pk))

    def test_what_is_over_or_cancelled_is_only_shown(self):
        for appointment in (
            book(self.cast.ada, self.cast.ben, days=-1),
            book(self.cast.ada, self.cast.ben, status="cancelled"),
        ):
            url = f"{LIST}{appointment.pk}/change/"
            self.assertNotContains(self.client.get(url), 'name="_save"')
            self.assertEqual(self.client.post(url, self.form()).status_code, 403)

    def test_its_actions_close_what_may_be_closed(self):
        soon = book(self.cast.ada, self.cast.ben)
        over = book(self.cast.ada, self.cast.ben, days=-1)
        for action, expected in (("mark_missed", ("planned", "missed")), ("cancel", ("cancelled", "missed"))):
            with self.subTest(action):
                self.client.post(LIST, {"action": action, "_selected_action": [soon.pk, over.pk]})
                found = dict(Appointment.objects.values_list("pk", "status"))
                self.assertEqual((found[soon.pk], found[over.pk]), expected)

    def test_it_deletes_nothing(self):
        appointment = book(self.cast.ada, self.cast.ben)
        self.assertEqual(self.client.post(f"{LIST}{appointment.pk}/delete/", {"post": "yes"}).status_code, 403)
        self.client.post(LIST, {"action": "delete_selected", "_selected_action": [appointment.pk], "post": "yes"})
        self.assertEqual(Appointment.objects.count(), 1)

    def test_it_lists_without_the_reason_and_without_more_queries_for_more_rows(self):
        book(self.cast.ada, self.cast.ben, reason="Sore knee")
        book(self.cast.dan, self.cast.cora, days=2)
        self.client.get(LIST)
        with self.assertNumQueries(7):
            page = self.client.get(LIST)
        self.assertNotContains(page, "Sore knee")
        for days in range(3, 41):
            book(self.cast.ada, self.cast.ben, days=days)
        with self.assertNumQueries(7):
            self.client.get(LIST)

    def test_it_finds_by_name_and_address(self):
        book(self.cast.ada, self.cast.ben)
        book(self.cast.dan, self.cast.cora)
        for words in ("Durand", "ben@example.org"):
            page = self.client.get(LIST, {"q": words})
            self.assertContains(page, "Ben Durand")
            self.assertNotContains(page, "Cora Petit")

    def test_it_is_for_admins(self):
        for person in (self.cast.ada, self.cast.ben):
            self.assertEqual(page_client(person).get(LIST).status_code, 302)
