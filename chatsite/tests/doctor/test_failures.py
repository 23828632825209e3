"""What a database says, as a sentence for whoever runs the chat."""

import sqlite3
from types import FunctionType

import pytest
from django.db import NotSupportedError, OperationalError, ProgrammingError

from chatsite.database.failures import in_brief, meaning_of


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OperationalError(1045, "Access denied for user 's3cret'@'h'"), "refuses the user or the password"),
        (OperationalError(1044, "Access denied for user 's3cret'@'h' to database 'x'"), "may not use that database"),
        (OperationalError(1049, "Unknown database 's3cret'"), "does not exist"),
        (OperationalError(2002, "Can't connect to server on 's3cret'"), "No database server answers"),
        (OperationalError(1130, "Host 's3cret' is not allowed to connect"), "refuses the user or the password"),
        (OperationalError(1129, "Host 's3cret' is blocked because of many errors"), "blocks this machine"),
        (OperationalError("no answer in time"), "too slow"),
        (OperationalError(2005, "Unknown server host 's3cret'"), "has no address"),
        (OperationalError(2013, "Lost connection"), "hung up"),
        (OperationalError(2026, "TLS/SSL error: SSL is required"), "TLS"),
        (OperationalError(1040, "Too many connections"), "no connection left"),
        (
            OperationalError(4151, "Access denied, this account is locked: 's3cret'@'h'"),
            "account of DATABASE_URL is locked",
        ),
        (OperationalError(3118, "Access denied. Account is locked. s3cret"), "account of DATABASE_URL is locked"),
        (OperationalError(1820, "You must SET PASSWORD before executing this statement"), "has expired"),
        (OperationalError(1862, "Your password has expired"), "has expired"),
        (OperationalError(1142, "CREATE command denied to user 's3cret'@'h' for table `x`"), "may not CREATE."),
        (OperationalError(1290, "--read-only"), "only be read"),
        (OperationalError(1114, "The table is full"), "is full"),
        (ProgrammingError(1146, "Table 's3cret' doesn't exist"), "lacks tables"),
        (OperationalError("no such table: s3cret"), "lacks tables"),
        (OperationalError("unable to open database file"), "cannot be opened"),
        (OperationalError("attempt to write a readonly database"), "only be read"),
        (OperationalError("database or disk is full"), "is full"),
        (sqlite3.DatabaseError("file is not a database"), "no SQLite database"),
        (OperationalError("database is locked"), "locked by another process"),
        (NotSupportedError("MariaDB 10.5 or later is required (found 10.3.2)."), "10.3.2"),
        (OperationalError(9999, "s3cret"), "OperationalError 9999"),
        (ProgrammingError("s3cret"), "ProgrammingError"),
    ],
)
def test_it_is_named_without_what_the_server_quotes(error, words):
    meaning = meaning_of(error)
    assert words in meaning.sentence
    assert meaning.remedy
    assert "s3cret" not in str(meaning)


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (
            OperationalError(1142, "INSERT command denied to user 's3cret'@'h'"),
            "The account of DATABASE_URL may not INSERT.",
        ),
        (KeyError("s3cret"), "KeyError"),
    ],
)
def test_in_the_log_it_has_its_place_in_our_code_and_none_of_its_words(error, what):
    assert in_brief(error) == what
    with pytest.raises(type(error)) as raised:
        raise error
    assert in_brief(raised.value).startswith(f"{what} (chatsite.tests.doctor.test_failures:")


def test_the_place_of_a_query_is_who_asked():
    """And not our part of the driver, through which each comes."""
    error = OperationalError(2002, "Can't connect")

    def asked():
        raise error

    # As in a module of the driver: the innermost line is its own.
    driver = FunctionType(asked.__code__, {"__name__": "chatsite.database.mysql.base"}, closure=asked.__closure__)
    with pytest.raises(OperationalError):
        driver()
    assert "(chatsite.tests.doctor.test_failures:" in in_brief(error)
