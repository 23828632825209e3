"""Where the address of an outside part leads."""

import pytest

from chatsite.files.targets import Reach, reach_of

LOCAL, WEB, NETWORK = Reach.LOCAL, Reach.WEB, Reach.NETWORK


@pytest.mark.parametrize(
    ("target", "reach"),
    [
        ("Normal.dotm", LOCAL),
        ("media/image1.png", LOCAL),
        ("../customXml/item1.xml", LOCAL),
        ("/word/document2.xml", LOCAL),
        ("C:\\Templates\\a.dotm", LOCAL),
        ("file:///C:/Users/a%20b/Normal.dotm", LOCAL),
        ("file:///C:\\Users\\a\\Normal.dotm", LOCAL),
        ("file://C:/a.dotm", LOCAL),
        ("file:C:\\a.dotm", LOCAL),
        ("file://localhost/C:/a.dotm", LOCAL),
        ("file:///Users/ben/Library/Normal.dotm", LOCAL),
        ("\\\\?\\C:\\a.dotm", LOCAL),
        ("cid:image001.png@01D7", LOCAL),
        ("wordml://03000001.png", LOCAL),
        ("applewebdata://0A1B/image.png", LOCAL),
        ("#top", LOCAL),
        ("Disque:Users:ben:Normal.dotm", LOCAL),
        ("Macintosh%20HD:Users:ben:Lettre%20type.dotx", LOCAL),
        ("", LOCAL),
        ("http://example.org/a.png", WEB),
        ("HTTPS://example.org/a.png", WEB),
        (" http://example.org", WEB),
        ("ht\ntp://example.org", WEB),
        ("http%3A//example.org", WEB),
        ("http:\\\\example.org\\a", WEB),
        ("ftp://example.org/a", NETWORK),
        ("mhtml:http://example.org!x", NETWORK),
        ("\\\\host\\share\\a.dotm", NETWORK),
        ("//host/share", NETWORK),
        ("\\/host\\share", NETWORK),
        ("/\\host/share", NETWORK),
        ("%5C%5Chost%5Cshare", NETWORK),
        ("%255C%255Chost%255Cshare", NETWORK),
        ("\\\\host@SSL\\DavWWWRoot\\a", NETWORK),
        ("\\\\?\\UNC\\host\\share", NETWORK),
        ("\\??\\UNC\\host\\share", NETWORK),
        ("file://host/share/a.dotm", NETWORK),
        ("FILE:\\\\host\\share", NETWORK),
        ("file:///\\\\host\\share", NETWORK),
        ("file:////host/share", NETWORK),
        ("file://///host/share", NETWORK),
        ("file:///%5C%5Chost/share", NETWORK),
        ("url:file://host/share", NETWORK),
        ("smb://host/share", NETWORK),
        ("ms-msdt:/id", NETWORK),
        ("script:http://example.org/a.sct", NETWORK),
        ("javascript:alert(1)", NETWORK),
        ("mhtml:http:host:share", NETWORK),
        ("ms-word:ofe:u:host", NETWORK),
        ("search:a:b?crumb=host", NETWORK),
        ("Disque:Users:\\\\host\\a.dotm", NETWORK),
    ],
)
def test_it_tells_local_web_and_network_apart(target, reach):
    assert reach_of(target) is reach
