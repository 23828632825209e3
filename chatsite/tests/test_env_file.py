"""A file of settings, as people write it: with comments, quotes, and what an editor of Windows leaves there."""

import re

import pytest
from django.conf import settings

from chatsite.env_file import Unreadable, values


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("N=a", "a"), ("N=", ""), ("export N=a", "a"), ("  N=a  ", "a"), ("N=a b", "a b"), ("N=a#b", "a#b"),
        ("N=a b   # why", "a b"), ("N=# why", ""), ("N= # why", ""), ("N='a # b'", "a # b"), ("N='a' # why", "a"),
        ("N='it's'", "it's"), ("N='a' # l'equipe", "a"), ('N="a # b"', "a # b"), ('N="a"  # "why"', "a"),
        (r'N="a \"b\" # c"', 'a "b" # c'), (r'N="a\\b"', r"a\b"), (r'N="a\nb"', r"a\nb"), (r"N='a\nb'", r"a\nb"),
        ('N={"a": "b"}', '{"a": "b"}'), ("N=https://k@h/1?a=b&c=d", "https://k@h/1?a=b&c=d"), ("N=$HOME", "$HOME"),
        ("N=👍=Bien compris,🙏=Merci", "👍=Bien compris,🙏=Merci"), ("N=a=", "a="),
    ],
)  # fmt: skip
def test_a_value_is_what_was_meant(line, value):
    assert values(line) == {"N": value}


def test_lines_end_in_any_way_and_the_last_one_counts():
    assert values("A=1\r\n\r\n# B=2\r\nA=3\rC=4") == {"A": "3", "C": "4"}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("SECRET s3cret", "no NAME=value"), ("A-B=s3cret", "no NAME=value"), ("=s3cret", "no NAME=value"),
        ('N="s3cret', "quote"), ("N='s3cret", "quote"), ('N="s3cret" b', "quote"), ("N=s3cret\0", "seen"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_by_its_line(line, words):
    with pytest.raises(Unreadable, match=words) as refused:
        values(f"A=1\n\n{line}\nB=2")
    assert "Line 3" in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_the_example_of_the_readme_can_be_copied():
    [block] = re.findall(r"^```\n(DEBUG=0\n.+?)^```", (settings.BASE_DIR / "README.md").read_text(), re.S | re.M)
    found = values(block)
    assert found["CLINIC_NAME"] == "Cabinet du Dr Martin"
    assert found["PUBLIC_URL"] == "https://chat.example.org"
    assert found["EMAIL_URL"] == "smtp+tls://user:password@host:587"
