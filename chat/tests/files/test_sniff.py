"""libmagic is found in the system, or else in the package that brings it."""

import subprocess
import sys
import textwrap

from chat.tests.files import samples
from chatsite.files.sniff import sniff_type


def test_it_looks_at_the_bytes():
    assert sniff_type(samples.png()) == "image/png"
    assert sniff_type(samples.pdf()) == "application/pdf"
    assert sniff_type(b"<html><body>") == "text/html"


def test_it_works_without_the_systems_library():
    program = textwrap.dedent("""
        import ctypes, ctypes.util
        plain = ctypes.CDLL.__init__
        def masked(self, name, *more, **options):
            if name and "magic" in name and "pylibmagic" not in name:
                raise OSError("masked")
            plain(self, name, *more, **options)
        ctypes.CDLL.__init__ = masked
        ctypes.util.find_library = lambda name: None
        try:
            import magic
        except ImportError:
            print("masked")
        from chatsite.files.sniff import sniff_type
        print(sniff_type(b"%PDF-1.4"))
    """)
    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert finished.stdout.split() == ["masked", "application/pdf"], finished.stderr
