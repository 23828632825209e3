from types import SimpleNamespace

from django.template import Context, Template
from django.test import TestCase

from appointments.tests import book
from chatsite.testing import Cast

TAG = Template("{% load appointments %}{% appointment_context chat.doctor_id chat.patient_id %}")


class AppointmentContextTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.cast = Cast.build()

    def draw(self, viewer):
        with self.assertNumQueries(1):
            return TAG.render(Context({"request": SimpleNamespace(user=viewer), "chat": self.cast.chat}))

    def test_it_shows_the_next_planned_one(self):
        book(self.cast.ada, self.cast.ben, days=-1, reason="Before", status="done")
        book(self.cast.ada, self.cast.ben, days=9, reason="Later")
        soon = book(self.cast.ada, self.cast.ben, days=3, reason="Soon")
        book(self.cast.ada, self.cast.ben, days=2, reason="Off", status="cancelled")
        drawn = self.draw(self.cast.ben)
        self.assertIn("Soon", drawn)
        self.assertIn(f'href="/patient/visits/{soon.pk}"', drawn)
        for words in ("Before", "Later", "Off"):
            self.assertNotIn(words, drawn)

    def test_it_leads_a_doctor_to_the_consultation(self):
        appointment = book(self.cast.ada, self.cast.ben)
        self.assertIn(f'href="/professional/consultations/{appointment.pk}"', self.draw(self.cast.ada))

    def test_it_shows_the_last_one_when_none_is_planned(self):
        book(self.cast.ada, self.cast.ben, days=-30, reason="Long ago")
        book(self.cast.ada, self.cast.ben, days=-3, reason="Lately", status="done")
        book(self.cast.ada, self.cast.ben, days=-1, reason="Off", status="cancelled")
        self.assertIn("Lately", self.draw(self.cast.ben))

    def test_it_shows_nothing_without_an_appointment_of_this_pair(self):
        book(self.cast.ada, self.cast.cora)
        book(self.cast.dan, self.cast.ben)
        self.assertEqual(self.draw(self.cast.ben).strip(), "")
