"""Why a document is refused, each with a remedy."""

from django.utils.translation import gettext_noop as _

from chatsite.http.errors import FileRefused

_BROKEN = {
    "document": _("The document is damaged or incomplete. Open it on your device, save it again and send the copy."),
    "PDF": _("The PDF is damaged or incomplete. Open it on your device, save it again and send the copy."),
}


def broken(what: str) -> FileRefused:
    return FileRefused("file_broken", _BROKEN[what])


def encrypted() -> FileRefused:
    return FileRefused(
        "file_encrypted",
        _("The document is protected by a password. Remove the password and send it again."),
    )


def macros() -> FileRefused:
    return FileRefused(
        "file_has_macros",
        _("The document contains macros, which are not accepted. Save it as a PDF and send that."),
    )


def external_parts() -> FileRefused:
    return FileRefused(
        "file_has_external_parts",
        _(
            "The document loads a template or a part from elsewhere, which is not accepted."
            " Save it as a PDF and send that."
        ),
    )


def uses_share() -> FileRefused:
    return FileRefused(
        "file_has_external_parts",
        _(
            "The PDF refers to a file on a computer of a network, which is not accepted: its reader's computer would"
            " sign in there. Print it to a new PDF and send that."
        ),
    )


def runs_programs() -> FileRefused:
    return FileRefused(
        "file_runs_programs",
        _(
            "The document contains a program, or starts one on the device of its reader, which is not accepted."
            " Print it to a new PDF and send that."
        ),
    )


def unpacks_too_large() -> FileRefused:
    return FileRefused(
        "file_unpacks_too_large",
        _("The document is packed too tightly or into too many parts. Save it as a PDF and send that."),
    )


def takes_too_long() -> FileRefused:
    return FileRefused(
        "file_unpacks_too_large",
        _("The PDF has too many parts to be checked. Print it to a new PDF and send that."),
    )
