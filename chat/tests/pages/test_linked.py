"""Texts as their rows show them. `tests/browser/modules/test_text_rows.py` asks the browser for the same table."""

import re

import pytest

from chat.limits import MAX_TEXT_BYTES
from chat.pages.linked import linked


def link(address, href=None):
    return f'<a href="{href or address}" target="_blank" rel="noopener noreferrer nofollow">{address}</a>'


def www(address):
    return link(address, f"https://{address}")


def tel(number):
    dialled = re.sub(r"\(0\)|[^0-9+]", "", number)
    return f'<a href="tel:{dialled}" dir="ltr">{number}</a>'


def mail(address):
    return f'<a href="mailto:{address}">{address}</a>'


FAMILY, FLAG = "👨‍👩‍👧‍👦", "🇫🇷"
HYPHENS = "01\u201123\u201145\u201167\u201189"
NARROW = "06\u202f12\u202f34\u202f56\u202f78"
NUMBERS = "01 23 45 67 89, 06.12.34.56.78 (07-12-34-56-78) 0123456789."
NUMBERS_LINKED = f"{tel('01 23 45 67 89')}, {tel('06.12.34.56.78')} ({tel('07-12-34-56-78')}) {tel('0123456789')}."
ABROAD = "+33 1 23 45 67 89; +33(0)123456789; 00 33 1.23.45.67.89 +4930 1234567"
ABROAD_LINKED = "; ".join((tel("+33 1 23 45 67 89"), tel("+33(0)123456789"), tel("00 33 1.23.45.67.89")))
ABROAD_LINKED += f" {tel('+4930 1234567')}"
NO_NUMBERS = """le 01.02.2026 10:30, 01 02 2026, 1 84 06 12 34 56 789, 01 02 03 04 05 06, 0,5 mg, +5, 15, 112, 3624,
A0123456789 0123456789A 123456789012 10 20 30 40 50 06 12 34.56 78"""
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
    "in parentheses": ("(https://a.b/c_(d))", f"({link('https://a.b/c_(d)')})"),
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
    "only the scheme": ("http:// https://. www.) www", "http:// https://. www.) www"),
    "other schemes": (
        "ftp://a.b javascript:alert(1) data:text/html,x",
        "ftp://a.b javascript:alert(1) data:text/html,x",
    ),
    "capitals in the scheme": ("HTTPS://A.B Http://a.b", f"{link('HTTPS://A.B')} {link('Http://a.b')}"),
    "www": ("www.a.b, Www.A.fr/x!", f"{www('www.a.b')}, {www('Www.A.fr/x')}!"),
    "no www": ("awww.a.b me@www.a.b /www.a x-www.a", "awww.a.b me@www.a.b /www.a x-www.a"),
    "balanced brackets": (
        "(https://a.b/c_(d)_[e]) [https://a.b/{f}] (www.a.b/(g)).",
        f"({link('https://a.b/c_(d)_[e]')}) [{link('https://a.b/{f}')}] ({www('www.a.b/(g)')}).",
    ),
    "single quotes": ("'https://a.b' ‘https://a.b’", f"&#x27;{link('https://a.b')}&#x27; ‘{link('https://a.b')}’"),
    "german quotes": ("„https://a.b“ ‚https://a.b‘", f"„{link('https://a.b')}“ ‚{link('https://a.b')}‘"),
    "invisible ends": (
        "\u2068https://a.b\u2069 https://a.b.\u200f https://a.b\u200b",
        f"\u2068{link('https://a.b')}\u2069 {link('https://a.b')}.\u200f {link('https://a.b')}\u200b",
    ),
    "mail": ("(jean.d-arc+x@a-b.co.fr). a@b.fr,", f"({mail('jean.d-arc+x@a-b.co.fr')}). {mail('a@b.fr')},"),
    "mailto": ("mailto:a@b.fr?subject=x", f"mailto:{mail('a@b.fr')}?subject=x"),
    "no mail": ("me@a.b a@b @a.fr a@b.fr@c.fr _@b ftp://x@b.fr", "me@a.b a@b @a.fr a@b.fr@c.fr _@b ftp://x@b.fr"),
    "numbers": (NUMBERS, NUMBERS_LINKED),
    "numbers with a prefix": (ABROAD, ABROAD_LINKED),
    "numbers of neighbours": (
        "021 123 45 67, 02 123 45 67, 0475 12 34 56",
        ", ".join((tel("021 123 45 67"), tel("02 123 45 67"), tel("0475 12 34 56"))),
    ),
    "numbers of services": (
        f"0 800 123 456, 0800 123 456, 0 800 12 34 56, {HYPHENS}; 0 800 mg, 10 800 123 456",
        ", ".join(map(tel, ("0 800 123 456", "0800 123 456", "0 800 12 34 56", HYPHENS)))
        + "; 0 800 mg, 10 800 123 456",
    ),
    "narrow blanks, and an hour": (f"{NARROW} 9h", f"{tel(NARROW)} 9h"),
    "no numbers": (NO_NUMBERS, NO_NUMBERS),
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
