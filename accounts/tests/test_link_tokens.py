"""A link for a password that was used, and whose use a restore forgot, opens nothing."""

from django.test import TestCase

from accounts.models import LinkRequest
from accounts.services import mails
from accounts.services.link_tokens import end_all_links
from chatsite.testing import Cast


def opens_form(client, link):
    answer = client.get(link.removeprefix("http://127.0.0.1:8000"), follow=True)
    return 'name="password1"' in answer.content.decode()


class LinkTests(TestCase):
    def link(self, user, kind=LinkRequest.Kind.RESET):
        text = mails.password_link(user, kind=kind).text
        return next(word for word in text.split() if "/password/reset/key/" in word)

    def test_one_of_before_a_restore_has_ended_and_a_new_one_opens(self):
        cast = Cast.build()
        for kind in LinkRequest.Kind.values:
            with self.subTest(kind=kind):
                before = self.link(cast.ben, kind)
                self.assertTrue(opens_form(self.client_class(), before))
                end_all_links()
                self.assertFalse(opens_form(self.client_class(), before))
                self.assertTrue(opens_form(self.client_class(), self.link(cast.ben, kind)))
