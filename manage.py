#!/usr/bin/env python
"""Django's command line for this project. What is wrong with a setting ends in a sentence, unless --traceback asks."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except Exception as error:
        from chatsite.endings import sentence_of

        sentence = sentence_of(error)
        if sentence is None or "--traceback" in sys.argv:
            sys.excepthook = sys.__excepthook__
            raise
        sys.exit(sentence)
    finally:
        _write_audit()


def _write_audit() -> None:
    """What a command did is noted by a thread that ends with this process."""
    if "audit.writer" in sys.modules:
        from audit.writer import writer

        writer.drain(5)


if __name__ == "__main__":
    main()
