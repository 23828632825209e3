"""A provider of text messages: `SMS_SENDER` names its `send`, and `answers` has what it does next."""

from notifications.channels.sms import Result

SENDER = f"{__name__}.send"
sent: list[tuple[str, str]] = []
# The next answers, in turn; without one, it accepts. A function is called, and its answer is the answer.
answers: list = []


def send(number: str, text: str) -> Result:
    sent.append((number, text))
    answer = answers.pop(0) if answers else Result()
    return answer() if callable(answer) else answer
