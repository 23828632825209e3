"""A process that compares counters with messages, and the audit with its chain, whenever it is asked: at each line.

One that stays, since to start Django for each scenario would take longer than all comparisons.
"""

import sys

import django

django.setup()

from django.db import Error, connection  # noqa: E402 - needs Django to be set up

from audit import verifying  # noqa: E402
from chat.services import consistency  # noqa: E402


def verdict() -> str:
    try:
        whole = verifying.verify()
        wrong = sum(1 for _ in consistency.find_wrong_chats())
    except verifying.Broken as broken:
        return f"the audit is broken at {broken}"
    except Error as error:
        return f"not compared: {error}"
    finally:
        connection.close()
    return f"{wrong} chats contradict their messages" if wrong else f"whole up to row {whole.end.row}"


for _ in sys.stdin:
    print(verdict(), flush=True)
