from datetime import UTC, date, datetime

import time_machine
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import SimpleTestCase, TestCase

from accounts.models import Role, SignIn, User
from accounts.services import people, sign_ins
from accounts.signals import accounts_switched
from chatsite.testing import PASSWORD, page_client


@time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC), tick=False)
class AgeTests(SimpleTestCase):
    def test_it_counts_whole_years(self):
        self.assertEqual(User(birth_date=date(1949, 11, 23)).age, 77)
        self.assertEqual(User(birth_date=date(1949, 11, 24)).age, 76)
        self.assertEqual(User(birth_date=date(2026, 11, 23)).age, 0)

    def test_there_is_none_without_a_birth_date(self):
        self.assertIsNone(User().age)


class RoleTests(TestCase):
    def test_a_person_acts_in_their_role_while_their_account_is_open(self):
        ada = User.objects.create_user("ada@example.org", "x", "doctor")
        for is_active, role, acts in [(True, "doctor", True), (True, "patient", False), (False, "doctor", False)]:
            with self.subTest(is_active=is_active, role=role):
                User.objects.filter(pk=ada.pk).update(is_active=is_active)
                ada.refresh_from_db()
                self.assertIs(ada.acts_as(role), acts)
                self.assertIs(User.objects.acting_as(role).filter(pk=ada.pk).exists(), acts)

    def test_home_refuses_a_role_that_another_program_wrote(self):
        ada = User.objects.create_user("ada@example.org", PASSWORD, "doctor")
        User.objects.filter(pk=ada.pk).update(role="nurse")
        ada.refresh_from_db()
        self.assertEqual(page_client(ada).get("/").status_code, 403)


class CreateUserTests(TestCase):
    def test_it_makes_a_person_who_can_sign_in_at_once(self):
        User.objects.create_user("Ada@Example.ORG", "correct horse battery", "doctor", first_name="Ada")
        answer = self.client.post(
            "/api/auth/login",
            {"email": "ada@example.org", "password": "correct horse battery"},
            content_type="application/json",
        )
        self.assertEqual(answer.status_code, 200)

    def test_it_stores_the_address_lower_cased(self):
        User.objects.create_user(" René@Example.ORG ", "x", "patient")
        self.assertEqual(list(User.objects.values_list("email", flat=True)), ["rené@example.org"])

    def test_it_distinguishes_accents_but_not_case(self):
        User.objects.create_user("rene@example.org", "x", "patient")
        User.objects.create_user("rené@example.org", "x", "patient")
        with self.assertRaises(IntegrityError), transaction.atomic():
            User.objects.create_user("RENE@example.org", "x", "patient")

    def test_it_refuses_an_unknown_role_and_no_address(self):
        for email, role in [("a@example.org", "nurse"), ("", "doctor"), (None, "doctor")]:
            with self.subTest(email=email, role=role), self.assertRaises(ValueError):
                User.objects.create_user(email, "x", role)

    def test_it_makes_an_admin_of_a_superuser(self):
        user = User.objects.create_superuser("root@example.org", "x", first_name="Root", last_name="Admin")
        self.assertEqual((user.role, user.is_staff, user.rights), (Role.ADMIN, True, {"people", "technical"}))
        self.assertTrue(user.has_perm("accounts.change_user"))

    def test_the_command_makes_an_admin_who_signs_in(self):
        call_command(
            "createsuperuser", "--noinput", email="Root@example.org", first_name="R", last_name="A", verbosity=0
        )
        self.assertEqual(User.objects.get(email="root@example.org").role, Role.ADMIN)

    def test_only_active_admins_have_permissions(self):
        for user in (User(role="doctor"), User(role="patient"), User(role="admin", is_active=False)):
            with self.subTest(user.role):
                self.assertFalse(user.has_perm("accounts.change_user"))
                self.assertFalse(user.has_module_perms("accounts"))

    def test_it_shows_the_name_with_the_title(self):
        john = User(title="Dr.", first_name="John", last_name="Smith", email="j@example.org")
        self.assertEqual(john.display_name, "Dr. John Smith")
        self.assertEqual(User(first_name="Jane", last_name="Doe").display_name, "Jane Doe")
        self.assertEqual(User(email="new@example.org").display_name, "new@example.org")


class ChangingTheWayInTests(TestCase):
    """Each of these ends all of a person's sign-ins, and nobody else's."""

    def setUp(self):
        self.ada = User.objects.create_user("ada@example.org", "old one", "doctor")
        self.ben = User.objects.create_user("ben@example.org", "x", "patient")
        self.mine = [sign_ins.start(self.ada, kind=kind) for kind in SignIn.Kind.values]
        self.other = sign_ins.start(self.ben, kind="api")
        self.ids = [row.pk for row in (*self.mine, self.other)]
        self.assertEqual(set(sign_ins.still_valid(self.ids)), set(self.ids))

    def assert_ended(self):
        self.assertEqual(set(sign_ins.still_valid(self.ids)), {self.other.pk})
        self.assertEqual(list(SignIn.objects.not_ended()), [self.other])

    def test_a_new_password(self):
        people.set_password(self.ada, password="new one")
        self.assert_ended()
        self.ada.refresh_from_db()
        self.assertTrue(self.ada.check_password("new one"))

    def test_no_password(self):
        self.assertEqual(people.end_password(self.ada), [self.ada])
        self.assert_ended()
        self.ada.refresh_from_db()
        self.assertFalse(self.ada.has_usable_password())

    def test_a_sign_out_by_the_practice(self):
        self.assertEqual(people.sign_out(User.objects.filter(pk=self.ada.pk)), [self.ada])
        self.assert_ended()

    def test_another_role(self):
        self.ada.role = "patient"
        people.save_changes(self.ada, user=self.ada, changed=["role"])
        self.assert_ended()

    def test_a_closed_account(self):
        self.assertEqual(people.deactivate(User.objects.filter(pk=self.ada.pk)), [self.ada])
        self.assert_ended()
        people.activate(User.objects.filter(pk=self.ada.pk))
        self.assert_ended()

    def test_a_changed_name_ends_nothing(self):
        self.ada.first_name = "Adele"
        people.save_changes(self.ada, user=self.ada, changed=["first_name"])
        self.assertEqual(set(sign_ins.still_valid(self.ids)), set(self.ids))


class ChangesBehindOurBackTests(ChangingTheWayInTests):
    """The same, by code that knows nothing of sign-ins: they become invalid all the same."""

    def assert_ended(self):
        self.assertEqual(set(sign_ins.still_valid(self.ids)), {self.other.pk})

    def test_a_new_password(self):
        self.ada.set_password("new one")
        self.ada.save()
        self.assert_ended()

    def test_no_password(self):
        User.objects.filter(pk=self.ada.pk).update(password="!")
        self.assert_ended()

    def test_another_role(self):
        User.objects.filter(pk=self.ada.pk).update(role="patient")
        self.assert_ended()

    def test_a_closed_account(self):
        User.objects.filter(pk=self.ada.pk).update(is_active=False)
        self.assert_ended()
        # A sign-in that was used meanwhile stays ended when the account is opened again.
        self.assertIsNone(sign_ins.find(self.mine[0].pk))
        User.objects.filter(pk=self.ada.pk).update(is_active=True)
        self.assertIsNone(sign_ins.find(self.mine[0].pk))


class SwitchTests(TestCase):
    """Accounts that were opened or closed are published, once that is committed."""

    def setUp(self):
        self.published = []
        accounts_switched.connect(self.receive)
        self.addCleanup(accounts_switched.disconnect, self.receive)
        self.user = User.objects.create_user("ben@example.org", "x", "patient")

    def receive(self, user_ids, **_):
        self.published.append(user_ids)

    def test_it_publishes_those_that_changed(self):
        mine = User.objects.filter(pk=self.user.pk)
        for switch in (people.deactivate, people.activate):
            with self.subTest(switch=switch.__name__):
                self.published.clear()
                with self.captureOnCommitCallbacks(execute=True):
                    self.assertEqual(switch(mine), [self.user])
                    self.assertEqual(self.published, [])
                self.assertEqual(self.published, [[self.user.pk]])
                with self.captureOnCommitCallbacks(execute=True):
                    self.assertEqual(switch(mine), [])
                self.assertEqual(len(self.published), 1)

    def test_it_publishes_a_change_by_the_form(self):
        self.user.is_active = False
        with self.captureOnCommitCallbacks(execute=True):
            people.save_changes(self.user, user=self.user, changed=["is_active", "first_name"])
            people.save_changes(self.user, user=self.user, changed=["first_name"])
        self.assertEqual(self.published, [[self.user.pk]])
