"""Names of settings that the chat does not know, and what its checks say."""

import pytest
from django.core.checks import Error, Warning

from chatsite.doctor import questions
from chatsite.doctor import settings as asked
from chatsite.doctor.questions import State
from chatsite.environment import Environment

KNOWN = {"CHAT_MAY_TALK", "PUBLIC_URL", "EMAIL_URL", "REDIS_URL", "PORT", "HOST"}


@pytest.mark.parametrize(
    ("written", "given", "sentences"),
    [
        ({"PUBLIC_URL"}, {"PUBLIC_URL", "PATH", "LS_COLORS", "HOSTNAME"}, []),
        ({"PUBLIC_ULR"}, {"PUBLIC_ULR"}, ["There is no setting PUBLIC_ULR. Is PUBLIC_URL meant?"]),
        (set(), {"EMAIL_URI"}, ["There is no setting EMAIL_URI. Is EMAIL_URL meant?"]),
        (set(), {"email_url"}, ["There is no setting email_url. Is EMAIL_URL meant?"]),
        (set(), {"CHAT_COLOUR"}, ["There is no setting CHAT_COLOUR. Remove it"]),
        # In our own file everything is meant for us.
        ({"SHOE_SIZE"}, {"SHOE_SIZE"}, ["There is no setting SHOE_SIZE. Remove it"]),
        (set(), {"SHOE_SIZE"}, []),
    ],
)
def test_a_name_that_is_not_ours_is_a_warning(written, given, sentences):
    answers = list(asked._unknown(KNOWN, written, given))
    assert [f"{answer.sentence} {answer.remedy}".split(",")[0] for answer in answers] == sentences
    assert all(answer.state == State.WARNING for answer in answers)


def test_the_environment_notes_what_it_was_asked_and_what_its_file_has(monkeypatch, tmp_path):
    file = tmp_path / "env"
    file.write_text("# a comment\n\nexport FIRST_OF_TEST=1\n  SECOND_OF_TEST='x y'  \n")
    monkeypatch.setenv("ENV_FILE", str(file))
    monkeypatch.setattr(Environment, "ENVIRON", dict(Environment.ENVIRON) | {"ENV_FILE": str(file)})
    env = Environment()
    env.file("ENV_FILE", tmp_path / ".env")
    assert (env("SECOND_OF_TEST"), env.switch("FIRST_OF_TEST", default=False)) == ("x y", True)
    assert env.written == {"FIRST_OF_TEST", "SECOND_OF_TEST"}
    assert set(env.asked) == {"ENV_FILE", "FIRST_OF_TEST", "SECOND_OF_TEST"}


def test_what_the_checks_say_is_an_answer(monkeypatch, settings):
    settings.HTTPS = False
    found = [Error("It is\n  wrong.", hint="Mend it.", id="x.E001"), Warning("Hm.", id="x.W001")]
    monkeypatch.setattr("django.core.checks.run_checks", lambda **options: found)
    first, second = asked.checked()
    assert (first.state, first.sentence, first.remedy) == (State.FAULT, "It is wrong.", "Mend it.")
    assert (second.state, second.remedy) == (State.WARNING, "See x.W001.")
    found[:] = [Warning("It is not secure.", id="security.W008")]
    assert asked.checked().state == State.OK
    found.clear()
    assert asked.checked().state == State.OK


def test_what_another_question_says_is_said_once(monkeypatch):
    said = {check for question in questions.known() for check in question.checks}
    assert said == {"audit.W001", "audit.W002", "demo.E001", "chatsite.E005", "chatsite.E013"}
    monkeypatch.setattr("django.core.checks.run_checks", lambda **options: [Error("Again.", id=one) for one in said])
    assert asked.checked().state == State.OK
