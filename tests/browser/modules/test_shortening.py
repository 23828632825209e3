"""The words of a row in the list, shortened by scripts as by the server."""

import json
import random

from chat.pages.shortening import shortened
from chat.tests.pages.test_shortening import FAMILY, FLAG, HEART, TABLE, THUMB, WALES

SIGNS = [FAMILY, FLAG, WALES, THUMB, HEART, "a", " ", "\r\n", "é", "e\u0301", "न", "नि", "น\u0e33", "\u200d", "👩", "م"]


def shortened_by_scripts(run, texts):
    """[what the script makes of it, whether the browser itself separates signs where it cuts], for each text."""
    return run(
        f"""
        const {{ shortened }} = await load("lib/shortened.js");
        const segmenter = new Intl.Segmenter("fr");
        return {json.dumps(texts)}.map((text) => {{
          const words = shortened(text);
          const line = text.replaceAll(/[\\t\\n\\f\\r ]+/g, " ").replaceAll(/^ | $/g, "");
          const starts = [...segmenter.segment(line)].map(({{ index }}) => index);
          return [words, !words.endsWith("…") || starts.includes(words.length - 1)];
        }});
        """
    )


def test_scripts_shorten_as_the_server_does(run):
    found = shortened_by_scripts(run, [text for text, _ in TABLE.values()])
    assert dict(zip(TABLE, [words for words, _ in found], strict=True)) == {
        name: words for name, (_, words) in TABLE.items()
    }
    assert [name for name, (_, apart) in zip(TABLE, found, strict=True) if not apart] == ["marks without end"]


def test_scripts_shorten_any_mixture_as_the_server_does(run):
    mixed = random.Random(7)
    texts = ["".join(mixed.choices(SIGNS, k=mixed.randint(60, 160))) for _ in range(500)]
    assert shortened_by_scripts(run, texts) == [[shortened(text), True] for text in texts]
