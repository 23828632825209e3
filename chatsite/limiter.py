"""The one limiter of passwords and mails: what may be tried how often. `counted_tries` has the count.

Only failures count; mails and successful sign-ins count as what they are. `chatsite.budgets` limits all else that
people do who are signed in.
"""

from datetime import timedelta
from ipaddress import ip_address, ip_network

from chatsite.counted_tries import Exact, Limit, Windowed, attempt, count, is_full

__all__ = ["Exact", "Limit", "Windowed", "attempt", "count", "is_full"]

QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
# Two windows of the longest policy: no row counts after that.
KEPT = 2 * HOUR


def failures_at(account: str, address: str | None) -> Exact:
    """10 in 15 minutes: a person mistypes a few times; a guesser gets 960 a day, too few for any decent password."""
    return Exact("sign-in", f"{account} {address}", 10, QUARTER)


def failures_of_device(device: str) -> Exact:
    """The same for a device that signed in before. It passes by all other limits on failures, which strangers fill."""
    return Exact("device", device, 10, QUARTER)


def failures_of(account: str) -> Windowed:
    """100 an hour: ten addresses share it that guess one password together; no honest person comes near."""
    return Windowed("account", account, 100, HOUR)


def failures_from(address: str | None) -> list[Windowed]:
    """100 in 15 minutes from an address, 300 from its network: for one who tries a few passwords of each account.

    Successes do not count, so a clinic of 300 people behind one address signs in.
    """
    if address is None:
        return []
    return [
        Windowed("address", address, 100, QUARTER),
        Windowed("network", _network(address), 300, QUARTER),
    ]


def sign_ins(account: str, address: str | None) -> Windowed:
    """60 an hour of one account from one network: a program that signs in for each request takes the hashes of all.

    It leaves a row each time, too. Nobody fills it for another: only the right password counts.
    """
    return Windowed("signed-in", f"{account} {_network(address) if address else None}", 60, HOUR)


def resets(account: str, address: str | None) -> list[Windowed]:
    """5 mails an hour to one mailbox, so that nobody fills it; 50 asked for in 15 minutes from an address."""
    mailbox = Windowed("reset", account, 5, HOUR)
    return [mailbox, Windowed("resets", address, 50, QUARTER)] if address else [mailbox]


def invitations(account: str) -> Windowed:
    """5 an hour to one mailbox, with the links that the practice sends after it ended a password.

    Not counted with the resets, which a stranger could use up.
    """
    return Windowed("invitation", account, 5, HOUR)


def password_changes(user_id: int) -> Windowed:
    """5 wrong present passwords in 15 minutes: whoever finds a screen unlocked must not guess on."""
    return Windowed("password", str(user_id), 5, QUARTER)


def codes(user_id: int) -> list[Limit]:
    """5 wrong codes in 15 minutes, 10 an hour, of one person, at sign-ins and in their profile.

    Three of a million codes are right at a time, and only whoever has the password may try: in a year of tries at this
    pace they find one in five. The person was told of the first by mail.
    """
    source = str(user_id)
    return [Exact("code", source, 5, QUARTER), Windowed("codes", source, 10, HOUR)]


def passkeys(address: str | None) -> list[Windowed]:
    """200 in 15 minutes: a passkey cannot be guessed, but each page that asks for one stores a session."""
    return [Windowed("passkey", address, 200, QUARTER)] if address else []


def links_tried(address: str | None) -> list[Windowed]:
    """100 in 15 minutes: the links of mails are too long to guess, and each new password costs a hash."""
    return [Windowed("link", address, 100, QUARTER)] if address else []


def _network(address: str) -> str:
    """What one customer has, or rents for a day: a /24, and a /56 of IPv6."""
    return str(ip_network((address, 24 if ip_address(address).version == 4 else 56), strict=False))
