import io
from datetime import timedelta
from unittest import mock

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import TestCase, override_settings
from django.utils import timezone

from accounts.models import User
from appointments.models import Appointment
from chat.models import Attachment, Chat, Delivery, Message, Pin, Reaction, SavedDraft, SearchPart
from chat.search import index
from chatsite.testing import Cast
from demo import people
from demo.checks import check_public_password


def run(name, *args, **options) -> str:
    out = io.StringIO()
    call_command(name, *args, stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("hour", [0, 8, 12, 23])
def test_the_demo_can_be_made_at_any_hour(settings, hour):
    settings.DEBUG = True
    with time_machine.travel(timezone.localtime().replace(hour=hour, minute=30), tick=False):
        run("seed_demo")
        assert "Every chat agrees" in run("check_chats")


@override_settings(DEBUG=True)
class SeedDemoTests(TestCase):
    def test_it_makes_a_consistent_clinic(self):
        table = run("seed_demo")
        roles = list(User.objects.values_list("role", flat=True))
        self.assertEqual([roles.count(role) for role in ("doctor", "patient", "admin")], [3, 6, 1])
        self.assertTrue(User.objects.get(email="monique.delatour@example.org").check_password("tilleuls-demo"))
        self.assertIn("samira.benali@example.org", table)
        self.assertEqual(set(Message.objects.values_list("message_type", flat=True)), {"text", "image", "file"})
        self.assertTrue(Message.objects.filter(is_read=True).exists())
        self.assertTrue(Message.objects.filter(is_read=False).exists())
        now = timezone.now()
        self.assertTrue(Appointment.objects.upcoming(now).exists())
        self.assertTrue(Appointment.objects.past(now).exists())
        self.assertIn("Every chat agrees", run("check_chats"))

    def test_it_shows_what_a_conversation_can_do(self):
        run("seed_demo")
        self.assertTrue(Message.objects.exclude(edited_at=None).exists())
        self.assertTrue(Message.objects.exclude(retracted_at=None).exists())
        self.assertTrue(Message.objects.exclude(reply_to=None).exists())
        self.assertEqual({draft.reply_to_id is None for draft in SavedDraft.objects.all()}, {True, False})
        for model in (Reaction, Delivery):
            self.assertTrue(model.objects.exists())
        marked = Chat.objects.get(doctor_marked_unread=True)
        self.assertEqual((marked.doctor.email, marked.doctor_unread), ("samira.benali@example.org", 0))
        self.assertLess(Pin.objects.get().created_at, timezone.now() - timedelta(days=2))

    def test_its_times_run_with_its_numbers(self):
        run("seed_demo")
        rows = list(Message.objects.order_by("pk").values_list("created_at", flat=True))
        self.assertEqual(rows, sorted(rows))
        self.assertLess(rows[-1], timezone.now())
        for chat in Chat.objects.all():
            with self.subTest(chat.pk):
                numbers = list(chat.messages.order_by("pk").values_list("seq", flat=True))
                self.assertEqual(numbers, sorted(set(numbers)))
                self.assertEqual(chat.last_message_at, chat.messages.order_by("pk").last().created_at)
        for message in Message.objects.filter(is_read=True):
            self.assertGreaterEqual(message.read_at, message.created_at)

    def test_the_search_knows_its_times(self):
        run("seed_demo")
        run("index_messages")
        written = dict(Message.objects.values_list("pk", "created_at"))
        for part in SearchPart.objects.all():
            times = [written[pk].timestamp() for pk in index.unpack(part.message_ids)]
            self.assertEqual(list(index.unpack(part.message_times)), times)

    def test_it_changes_nothing_the_second_time(self):
        models = (User, Appointment, Chat, Message, Attachment)
        run("seed_demo")
        before = [list(model.objects.order_by("pk").values()) for model in models]
        run("seed_demo")
        self.assertEqual([list(model.objects.order_by("pk").values()) for model in models], before)

    def test_it_finishes_what_was_interrupted(self):
        with mock.patch("demo.seeding.mark_read", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
            run("seed_demo")
        self.assertLess(Message.objects.count(), 10)
        run("seed_demo", "--if-empty")
        self.assertEqual(Message.objects.count(), 40)

    def test_if_empty_leaves_a_used_database_alone(self):
        Cast.build()
        self.assertEqual(run("seed_demo", "--if-empty"), "")
        self.assertEqual(Message.objects.count(), 0)

    def test_if_empty_still_prints_the_sign_ins(self):
        table = run("seed_demo", "--if-empty")
        self.assertEqual(run("seed_demo", "--if-empty"), table)

    @override_settings(DEBUG=False)
    def test_it_makes_no_public_password_outside_debug(self):
        with self.assertRaises(CommandError):
            run("seed_demo")
        self.assertEqual(User.objects.count(), 0)


class PublicPasswordTests(TestCase):
    def check(self):
        return [problem.id for problem in check_public_password(databases=["default"])]

    def test_it_is_refused_outside_debug_until_it_is_changed(self):
        admin = User.objects.create_user(people.email_of("claire.vasseur"), people.PASSWORD, "admin")
        with override_settings(DEBUG=True):
            self.assertEqual(self.check(), [])
        with override_settings(DEBUG=False):
            self.assertEqual(self.check(), ["demo.E001"])
            admin.set_password("another one")
            admin.save()
            self.assertEqual(self.check(), [])


class SeedLoadTests(TestCase):
    def test_its_people_have_no_public_password(self):
        passwords = [run("seed_load", "--force", chats=1, messages=0).rpartition(" ")[2] for _ in range(2)]
        self.assertNotEqual(*passwords)

    def test_it_fills_a_consistent_database(self):
        run("seed_load", doctors=3, chats=20, messages=1000, largest=300)
        self.assertEqual((User.objects.filter(role="doctor").count(), Chat.objects.count()), (3, 20))
        self.assertEqual(Message.objects.count(), 1000)
        self.assertEqual(Chat.objects.order_by("pk").first().message_count, 300)
        self.assertTrue(Message.objects.filter(is_read=False).exists())
        self.assertIn("Every chat agrees", run("check_chats"))

    def test_it_runs_in_the_order_of_time(self):
        run("seed_load", chats=5, messages=200)
        rows = list(Message.objects.order_by("pk").values_list("created_at", flat=True))
        self.assertEqual(rows, sorted(rows))

    def test_it_takes_small_numbers(self):
        run("seed_load", chats=1, messages=7)
        run("seed_load", "--force", chats=3, messages=0)
        self.assertEqual((Chat.objects.count(), Message.objects.count()), (4, 7))

    def test_it_refuses_a_used_database_without_force(self):
        Cast.build()
        with self.assertRaises(CommandError):
            run("seed_load", chats=2, messages=2)
        self.assertEqual(Message.objects.count(), 0)
        run("seed_load", "--force", chats=2, messages=2)
        self.assertEqual(Message.objects.count(), 2)

    def test_it_refuses_impossible_numbers(self):
        for numbers in ({"doctors": 3, "chats": 2}, {"chats": 0}, {"messages": -1}, {"doctors": 0}):
            with self.subTest(numbers), self.assertRaises(CommandError):
                run("seed_load", **numbers)
