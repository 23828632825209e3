"""Figures of sign-ins for `/metrics`: how many, and why others were refused. Never who."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Counter

from chatsite.http.errors import Refusal

SIGN_INS = Counter("chat_sign_ins", "Sign-ins begun, by kind.", ["kind"])
REFUSED = Counter("chat_sign_ins_refused", "Passwords, codes, passkeys and unlocks refused, by the reason.", ["reason"])
LOCKED = Counter("chat_idle_locks", "Answers that a sign-in is locked because nobody used it.")
UNLOCKED = Counter("chat_idle_unlocks", "Sign-ins unlocked with the password or a passkey.")


@contextmanager
def refusals_counted() -> Iterator[None]:
    """Count a refusal that is raised here, by its code."""
    try:
        yield
    except Refusal as refusal:
        REFUSED.labels(refusal.code).inc()
        raise
