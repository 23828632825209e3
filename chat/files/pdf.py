"""PDF: whether its pages can be read, whether it runs programs, whether it has a password."""

from chat.files.refusals import broken, runs_programs, takes_too_long


def check_pdf(data: bytes) -> bool:
    """Return whether a PDF needs a password; raise FileRefused: `file_broken`, `file_runs_programs`, …"""
    # Here, because most processes never see a PDF: 0.1 s and 11 MB for each.
    from chatsite.files.pdf import Verdict, judge

    match judge(data):
        case Verdict.BROKEN:
            raise broken("PDF")
        case Verdict.RUNS_PROGRAMS:
            raise runs_programs()
        case Verdict.UNBOUNDED:
            raise takes_too_long()
        case verdict:
            return verdict is Verdict.PROTECTED
