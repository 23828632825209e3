"""The language of refusals: the one that a client asks for, else English, as documented."""

from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

DOCUMENTED = "en"


def asked_language(header: str) -> str:
    """The first language of an Accept-Language header, if it is spoken here; `*` takes whatever is documented."""
    for language, weight in parse_accept_lang_header(header.lower()):
        if language == "*" or not weight:
            break
        try:
            return get_supported_language_variant(language)
        except LookupError:
            continue
    return DOCUMENTED
