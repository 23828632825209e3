"""Why a document is refused, each with a remedy."""

from chatsite.http.errors import FileRefused

_AS_PDF = "Save it as a PDF and send that."


def broken(what: str) -> FileRefused:
    return FileRefused(
        "file_broken",
        f"The {what} is damaged or incomplete. Open it on your device, save it again and send the copy.",
    )


def encrypted() -> FileRefused:
    return FileRefused(
        "file_encrypted",
        "The document is protected by a password. Remove the password and send it again.",
    )


def macros() -> FileRefused:
    return FileRefused("file_has_macros", f"The document contains macros, which are not accepted. {_AS_PDF}")


def external_parts() -> FileRefused:
    return FileRefused(
        "file_has_external_parts",
        f"The document loads a template or a part from elsewhere, which is not accepted. {_AS_PDF}",
    )


def unpacks_too_large() -> FileRefused:
    return FileRefused(
        "file_unpacks_too_large", f"The document is packed too tightly or into too many parts. {_AS_PDF}"
    )


def not_a_word_document(extension: str) -> FileRefused:
    return FileRefused(
        "file_type_refused",
        f"The file is named .{extension}, but its content is not that of a .{extension} document. {_AS_PDF}",
    )
