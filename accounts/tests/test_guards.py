from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import RequestFactory, SimpleTestCase, override_settings
from django.urls import path

from accounts.guards import role_required
from accounts.models import User


@role_required("patient", twin="professional_things")
def patient_things(request, thing_id=None):
    return HttpResponse("patient")


urlpatterns = [
    path("", patient_things, name="home"),
    path("accounts/login/", patient_things, name="account_login"),
    path("professional/things", patient_things, name="professional_things"),
    path("professional/things/<int:thing_id>", patient_things, name="professional_things"),
]


@override_settings(ROOT_URLCONF=__name__)
class RoleRequiredTests(SimpleTestCase):
    def ask(self, user, *, method="get", query="", **kwargs):
        request = getattr(RequestFactory(), method)(f"/patient/things{query}")
        request.user = user
        return patient_things(request, **kwargs)

    def test_it_lets_the_role_in(self):
        self.assertEqual(self.ask(User(role="patient")).status_code, 200)

    def test_it_sends_strangers_to_the_sign_in_page(self):
        response = self.ask(AnonymousUser())
        self.assertEqual(response.status_code, 302)
        self.assertIn("/accounts/login/?next=", response["Location"])

    def test_it_sends_the_other_role_to_the_twin_page(self):
        self.assertEqual(self.ask(User(role="doctor"))["Location"], "/professional/things")

    def test_it_keeps_the_url_arguments_for_the_twin(self):
        self.assertEqual(self.ask(User(role="doctor"), thing_id=7)["Location"], "/professional/things/7")

    def test_it_keeps_what_is_asked_for(self):
        location = self.ask(User(role="doctor"), thing_id=7, query="?at=28&x=%C3%A9")["Location"]
        self.assertEqual(location, "/professional/things/7?at=28&x=%C3%A9")

    def test_it_sends_admins_home_from_a_list(self):
        self.assertEqual(self.ask(User(role="admin"))["Location"], "/")

    def test_it_hides_one_persons_things_from_admins(self):
        with self.assertRaises(Http404):
            self.ask(User(role="admin"), thing_id=7)

    def test_it_refuses_a_form_of_the_wrong_role_instead_of_dropping_it(self):
        for role in ("doctor", "admin"):
            with self.subTest(role), self.assertRaises(PermissionDenied):
                self.ask(User(role=role), method="post")
