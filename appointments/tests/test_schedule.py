from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.test import TestCase
from django.utils import timezone

from accounts.models import User
from appointments.models import Appointment
from appointments.tests import book
from chatsite.testing import Cast, page_client

URL = "/professional/consultations/new"


class FormCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()

    def setUp(self):
        self.client = page_client(self.cast.ada)
        self.day = timezone.localdate() + timedelta(days=7)

    def slot(self, **more):
        slot = {
            "day": self.day.isoformat(),
            "time": "10:00",
            "duration_minutes": "20",
            "reason": "Check-up",
            "place": "Room 2",
            "link": "",
        }
        return slot | more

    def assert_refused(self, data, words, url=URL):
        before = list(Appointment.objects.order_by("pk").values_list())
        page = self.client.post(url, data)
        self.assertContains(page, words)
        self.assertEqual(list(Appointment.objects.order_by("pk").values_list()), before)


class NewTests(FormCase):
    def form(self, **more):
        return self.slot(patient=str(self.cast.ben.pk), email="", **more)

    def test_it_makes_an_appointment(self):
        response = self.client.post(URL, self.form())
        made = Appointment.objects.get()
        self.assertRedirects(response, f"/professional/consultations/{made.pk}")
        self.assertEqual((made.doctor, made.patient, made.status), (self.cast.ada, self.cast.ben, "planned"))
        self.assertEqual(timezone.localtime(made.starts_at).strftime("%Y-%m-%d %H:%M"), f"{self.day} 10:00")

    def test_it_reads_the_time_by_the_clock_that_the_appointment_goes_by(self):
        self.cast.ada.time_zone = "America/Montreal"
        self.cast.ada.save(update_fields=["time_zone"])
        client, link = page_client(self.cast.ada), "https://video.example.org/room"
        self.assertContains(client.get(URL), "At a place the time is that of the practice (Europe/Paris)")
        places = (({"place": "Room 2"}, "Europe/Paris"), ({"place": "", "link": link}, "America/Montreal"))
        for where, zone in places:
            client.post(URL, self.form() | where)
            made = Appointment.objects.latest("pk")
            self.assertEqual(f"{made.starts_at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}", f"{self.day} 10:00")
            page = client.get(f"/professional/consultations/{made.pk}/reschedule")
            self.assertContains(page, 'value="10:00"')

    def test_it_takes_a_date_written_by_hand(self):
        """As typed where the browser has no date picker."""
        self.cast.ada.language = "fr"
        self.cast.ada.save(update_fields=["language"])
        self.client.post(URL, self.form(day=f"{self.day:%d/%m/%Y}"))
        self.assertEqual(timezone.localdate(Appointment.objects.get().starts_at), self.day)

    def test_it_offers_only_patients_the_doctor_knows(self):
        book(self.cast.dan, self.cast.cora)
        page = self.client.get(URL)
        self.assertContains(page, "Ben Durand")
        self.assertNotContains(page, "Cora Petit")
        self.assert_refused(self.form() | {"patient": str(self.cast.cora.pk)}, "Select a valid choice")

    def test_it_knows_the_patients_of_earlier_appointments(self):
        book(self.cast.ada, self.cast.cora, days=-300)
        self.assertContains(self.client.get(URL), "Cora Petit")

    def test_it_tells_namesakes_apart(self):
        for number in (1, 2):
            book(self.cast.ada, self.namesake(number))
        page = self.client.get(URL)
        self.assertContains(page, ">Nora Roy, born on March 1, 1950</option>")
        self.assertContains(page, ">Nora Roy, born on March 2, 1950</option>")
        self.assertContains(page, ">Ben Durand</option>")

    def namesake(self, day):
        return User.objects.create_user(
            f"nora{day}@example.org", role="patient", first_name="Nora", last_name="Roy", birth_date=date(1950, 3, day)
        )

    def test_it_finds_another_patient_by_exact_address(self):
        self.client.post(URL, self.form() | {"patient": "", "email": " CORA@example.org "})
        self.assertEqual(Appointment.objects.get().patient, self.cast.cora)

    def test_it_refuses_addresses_of_anyone_but_open_patients(self):
        for email in ("nobody@example.org", "dan@example.org", "eve@example.org", "admin@example.org"):
            with self.subTest(email):
                self.assert_refused(
                    self.form() | {"patient": "", "email": email}, "No open patient account has this address"
                )

    def test_it_wants_exactly_one_patient(self):
        self.assert_refused(self.form() | {"patient": ""}, "Choose a patient, or give an e-mail address.")
        self.assert_refused(self.form() | {"email": "cora@example.org"}, "not both")

    def test_it_refuses_the_past(self):
        self.assert_refused(self.form(day=(self.day - timedelta(days=20)).isoformat()), "This moment has passed")

    def test_it_refuses_a_far_year(self):
        self.assert_refused(self.form(day=f"{self.day.year + 10}-01-15"), "Check the year")

    def test_it_refuses_a_taken_slot(self):
        self.client.post(URL, self.form())
        for time in ("09:45", "10:00", "10:15"):
            with self.subTest(time):
                self.assert_refused(
                    self.form(time=time) | {"reason": "Vaccine"}, "This doctor already has an appointment then"
                )

    def test_it_takes_the_slots_around_it(self):
        self.client.post(URL, self.form())
        for time in ("09:40", "10:20"):
            self.assertEqual(self.client.post(URL, self.form(time=time)).status_code, 302, time)

    def test_it_takes_the_slot_of_a_cancelled_one_and_of_another_doctor(self):
        start = timezone.localtime().replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=7)
        book(self.cast.ada, self.cast.cora, starts_at=start, status="cancelled")
        book(self.cast.dan, self.cast.ben, starts_at=start)
        self.assertEqual(self.client.post(URL, self.form()).status_code, 302)

    def test_it_shows_what_is_wrong_in_each_field(self):
        for name, value, words in (
            ("day", "tomorrow", "Enter a date such as"),
            ("day", "", "This field is required"),
            ("time", "25:00", "Enter a time such as"),
            ("duration_minutes", "0", "greater than or equal to 5"),
            ("duration_minutes", "481", "less than or equal to 480"),
            ("place", "", "Say where"),
            ("link", "javascript:alert(1)", "Enter a valid URL"),
            ("link", "http://video.example.org", "Enter a valid URL"),
            ("place", "x" * 201, "at most 200 characters"),
        ):
            with self.subTest(f"{name}={value[:20]}"):
                self.assert_refused(self.form(**{name: value}), words)

    def test_it_keeps_what_was_typed(self):
        self.assert_refused(self.form(day="x", reason="Sore knee"), 'value="Sore knee"')

    def test_it_is_for_doctors(self):
        self.assertEqual(page_client(self.cast.ben).post(URL, self.form()).status_code, 403)
        self.assertRedirects(page_client(self.cast.ben).get(URL), "/patient/visits")
        self.assertEqual(Appointment.objects.count(), 0)

    def test_it_wants_a_csrf_token(self):
        client = page_client(self.cast.ada)
        client.handler.enforce_csrf_checks = True
        self.assertEqual(client.post(URL, self.form()).status_code, 403)


class RescheduleTests(FormCase):
    def setUp(self):
        super().setUp()
        self.appointment = book(self.cast.ada, self.cast.ben, days=3)
        self.url = f"/professional/consultations/{self.appointment.pk}/reschedule"

    def test_it_moves_the_appointment(self):
        self.assertEqual(self.client.post(self.url, self.slot(time="16:30", reason="New")).status_code, 302)
        self.appointment.refresh_from_db()
        self.assertEqual(f"{timezone.localtime(self.appointment.starts_at):%Y-%m-%d %H:%M}", f"{self.day} 16:30")
        self.assertEqual(self.appointment.reason, "New")

    def test_it_shows_the_present_time(self):
        local = timezone.localtime(self.appointment.starts_at)
        page = self.client.get(self.url)
        self.assertContains(page, f'value="{local:%Y-%m-%d}"')
        self.assertContains(page, f'value="{local:%H:%M}"')

    def test_it_may_overlap_itself(self):
        local = timezone.localtime(self.appointment.starts_at) + timedelta(minutes=5)
        data = self.slot(day=f"{local:%Y-%m-%d}", time=f"{local:%H:%M}")
        self.assertEqual(self.client.post(self.url, data).status_code, 302)

    def test_it_refuses_the_past(self):
        self.assert_refused(self.slot(day="2020-01-01"), "This moment has passed", self.url)

    def test_it_does_not_change_the_people(self):
        self.client.post(self.url, self.slot(patient=str(self.cast.cora.pk), doctor=str(self.cast.dan.pk)))
        self.appointment.refresh_from_db()
        self.assertEqual((self.appointment.doctor, self.appointment.patient), (self.cast.ada, self.cast.ben))

    def test_it_moves_nothing_that_has_begun_or_was_cancelled(self):
        for change in ({"status": "cancelled"}, {"starts_at": timezone.now(), "status": "planned"}):
            Appointment.objects.filter(pk=self.appointment.pk).update(**change)
            with self.subTest(change):
                page = self.client.post(self.url, self.slot(reason="New"))
                self.assertRedirects(page, f"/professional/consultations/{self.appointment.pk}")
                self.assertFalse(Appointment.objects.filter(reason="New").exists())

    def test_it_is_for_its_doctor(self):
        for person, status in ((self.cast.dan, 404), (self.cast.ben, 403), (self.cast.admin, 403)):
            with self.subTest(person.email):
                self.assertEqual(page_client(person).post(self.url, self.slot()).status_code, status)
