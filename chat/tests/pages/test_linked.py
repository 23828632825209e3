"""Texts as their rows show them. `tests/browser/modules/test_text_rows.py` asks the browser for the same table."""

import pytest

from chat.limits import MAX_TEXT_BYTES
from chat.templatetags.conversation import linked


def link(address):
    return f'<a href="{address}" target="_blank" rel="noopener noreferrer nofollow">{address}</a>'


FAMILY, FLAG = "👨‍👩‍👧‍👦", "🇫🇷"
LONGEST = ("https://example.org/" + "é" * 40_000).encode()[:MAX_TEXT_BYTES].decode(errors="ignore")

# name: (text, what its row shows, as HTML)
TABLE = {
    "plain": ("Bonjour Docteur", "Bonjour Docteur"),
    "markup": (
        "<b>gras</b> &amp; <img src=x onerror=alert(1)>",
        "&lt;b&gt;gras&lt;/b&gt; &amp;amp; &lt;img src=x onerror=alert(1)&gt;",
    ),
    "quotes": ("l'un \"et\" `l'autre`", "l&#x27;un &quot;et&quot; `l&#x27;autre`"),
    "braces": ("{{ name }} {% now 'Y' %} ${x}", "{{ name }} {% now &#x27;Y&#x27; %} ${x}"),
    "line ends": ("un\ndeux\r\ntrois\rquatre\n\n", "un\ndeux\r\ntrois\rquatre\n\n"),
    "spaces around": ("  \t au milieu \u00a0 ", "  \t au milieu \u00a0 "),
    "emoji": ("😀👍🏽" + FAMILY + FLAG + "❤\ufe0f", "😀👍🏽" + FAMILY + FLAG + "❤\ufe0f"),
    "right to left": ("مرحبا دكتور", "مرحبا دكتور"),
    "mixed directions": ("Dr. مرحبا (https://example.org/א?ب=1)", f"Dr. مرحبا ({link('https://example.org/א?ب=1')})"),
    "marks of direction": ("\u202eabc\u202c \u2066x\u2069\u200f", "\u202eabc\u202c \u2066x\u2069\u200f"),
    "combining": ("e\u0301 นิ ก\u0e33 " + "\u0301" * 50, "e\u0301 นิ ก\u0e33 " + "\u0301" * 50),
    "zero width": ("a\u200bb\u200cc\u200dd\ufeffe", "a\u200bb\u200cc\u200dd\ufeffe"),
    "control characters": ("a\x01b\x0cc\x1bd\x7fe\x85f", "a\x01b\x0cc\x1bd\x7fe\x85f"),
    "no characters": ("a\ufffeb\U0001ffffc\ue000", "a\ufffeb\U0001ffffc\ue000"),
    "http": ("http://example.org", link("http://example.org")),
    "port, query, fragment": ("https://a.b:8/c?d=1&e=2#f", link("https://a.b:8/c?d=1&amp;e=2#f")),
    "end of a sentence": ("Voir https://a.b/c. Merci", f"Voir {link('https://a.b/c')}. Merci"),
    "many ends": ("https://a.b/c).,;:!?…»”’]}", f"{link('https://a.b/c')}).,;:!?…»”’]}}"),
    "in parentheses": ("(https://a.b/c_(d))", f"({link('https://a.b/c_(d')}))"),
    "in guillemets": ("«https://a.b/c»", f"«{link('https://a.b/c')}»"),
    "in quotes": ('"https://a.b/c"', f"&quot;{link('https://a.b/c')}&quot;"),
    "in angles": ("<https://a.b/c>", f"&lt;{link('https://a.b/c')}&gt;"),
    "apostrophe": ("https://a.b/l'eau", link("https://a.b/l&#x27;eau")),
    "international name": ("https://clinique-é.fr/ü", link("https://clinique-é.fr/ü")),
    "other script": ("https://例え.テスト/道、次", link("https://例え.テスト/道、次")),
    "with a name and password": ("https://me:pw@a.b", link("https://me:pw@a.b")),
    "two": ("https://a.b https://c.d,e", f"{link('https://a.b')} {link('https://c.d,e')}"),
    "two in one": ("https://a.bhttps://c.d", link("https://a.bhttps://c.d")),
    "on lines": ("https://a.b\nhttps://c.d\r\nfin", f"{link('https://a.b')}\n{link('https://c.d')}\r\nfin"),
    "only the scheme": ("http:// https://.", f"http:// {link('https://')}."),
    "other schemes": ("ftp://a.b javascript:alert(1) HTTPS://A.B", "ftp://a.b javascript:alert(1) HTTPS://A.B"),
    "without a scheme": ("www.a.b me@a.b tel:15", "www.a.b me@a.b tel:15"),
    "within a word": ("xhttps://a.b", f"x{link('https://a.b')}"),
    "wide spaces": ("https://a.b\u00a0c\u2003d\u3000e\u2028f", f"{link('https://a.b')}\u00a0c\u2003d\u3000e\u2028f"),
    "line separators": (
        "https://a.b\x0bc https://a.b\x1cc https://a.b\x85c",
        f"{link('https://a.b')}\x0bc {link('https://a.b')}\x1cc {link('https://a.b')}\x85c",
    ),
    "control character": (
        "https://a.b\x02c https://a.b\x7fc",
        f"{link('https://a.b')}\x02c {link('https://a.b')}\x7fc",
    ),
    "invisible in an address": ("https://a.b\u200bc\ufeffd\u180ee", link("https://a.b\u200bc\ufeffd\u180ee")),
    "emoji in an address": ("https://a.b/😀!", f"{link('https://a.b/😀')}!"),
    "many parentheses": (
        "https://a.b/" + "(" * 9 + ")" * 2_000 + "c",
        link("https://a.b/" + "(" * 9 + ")" * 2_000 + "c"),
    ),
    "as long as it may be": (LONGEST, link(LONGEST)),
}


@pytest.mark.parametrize(("text", "html"), TABLE.values(), ids=TABLE)
def test_a_text_is_escaped_and_its_addresses_are_links(text, html):
    assert linked(text) == html


def test_the_longest_is_as_long_as_a_message_may_be():
    assert MAX_TEXT_BYTES - 1 <= len(LONGEST.encode()) <= MAX_TEXT_BYTES
