"""Reading bodies: UTF-8 only, and every way a body can be broken is a parse error, never a 500."""

import codecs
import io
import json
import logging
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any, NoReturn
from urllib.parse import unquote_to_bytes

from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.http import parse_header_parameters
from django.utils.translation import gettext_noop as _
from rest_framework import exceptions, parsers

from chatsite.http import multipart
from chatsite.http.errors import StorageUnavailable

if TYPE_CHECKING:
    from django.http.request import _ImmutableQueryDict

logger = logging.getLogger("chat.files")
Context = Mapping[str, Any] | None


def _refuse_other_charsets(media_type: str | None) -> None:
    charset = parse_header_parameters(media_type or "")[1].get("charset", "utf-8")
    try:
        known = codecs.lookup(charset).name in {"utf-8", "ascii"}
    except LookupError:
        known = False
    if not known:
        raise exceptions.ParseError(_("The body must be UTF-8."))


class JSONParser(parsers.JSONParser):
    """One JSON object. Nesting that is too deep counts as broken."""

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Context = None) -> dict[str, Any]:
        _refuse_other_charsets(media_type)
        try:
            data = json.loads(stream.read().decode("utf-8"), parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise exceptions.ParseError(_("The body is not valid JSON.")) from error
        if not isinstance(data, dict):
            raise exceptions.ParseError(_("The body must be a JSON object."))
        return data


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


class FormParser(parsers.FormParser):
    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Context = None
    ) -> "_ImmutableQueryDict":
        _refuse_other_charsets(media_type)
        body = stream.read()
        try:
            unquote_to_bytes(body).decode()
        except UnicodeDecodeError as error:
            raise exceptions.ParseError(_("The body must be UTF-8.")) from error
        return super().parse(io.BytesIO(body), media_type, parser_context)


class MultiPartParser(parsers.MultiPartParser):
    """Multipart forms through `chatsite.http.multipart`, which keeps file names as they are."""

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Context = None
    ) -> "parsers.DataAndFiles[Any, Any]":
        _refuse_other_charsets(media_type)
        request = (parser_context or {})["request"]
        meta = {**request.META, "CONTENT_TYPE": media_type}
        try:
            form = multipart.FormParser(meta, stream, request.upload_handlers, multipart.STRICT)
            return parsers.DataAndFiles(*form.parse())
        except (MultiPartParserError, ValueError, LookupError, AttributeError) as error:
            raise exceptions.ParseError(_("The form could not be read.")) from error
        except UnreadablePostError:
            raise
        except OSError as error:
            # Django writes a large file to the disk while it reads it, and the disk is full.
            logger.exception("a file could not be received")
            raise StorageUnavailable from error
