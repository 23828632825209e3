"""The token by which a service knows this server, where several threads have it."""

from notifications.channels.answers import Answer
from notifications.channels.bearer import Bearer


def test_of_two_that_are_refused_one_makes_another():
    made = []
    bearer = Bearer(lambda: made.append(f"token {len(made)}") or made[-1], kept=100, least=0)

    def refuse(token):
        if token == "token 0" and len(made) == 1:
            bearer.ask(refuse_first, is_refused=lambda answer: answer.status == 401)
        return refuse_first(token)

    def refuse_first(token):
        return Answer(401 if token == "token 0" else 200)

    assert bearer.ask(refuse, is_refused=lambda answer: answer.status == 401).status == 200
    assert made == ["token 0", "token 1"]
