"""By what files are recognised that are not accepted: how they begin, what they contain, what libmagic reports.

Each row is a kind, and what people call the type where it is one of many.
"""

_TAGS = (
    rb"html|head|body|title|meta|link|style|script|p|div|span|table|tr|td|h[1-6]|br|hr|b|i|u|strong|em|font|a|ul|ol|li"
    rb"|img|center|pre|form|section|article|blockquote"
)
# What libmagic does not know, not always, or by a name that nobody uses: the first that fits.
BEGINNINGS = (
    # With any preamble or none: the data then begin with group 2 or 8, in either of two forms.
    ("dicom", "", rb"(?s:.{128})DICM|[\x02\x08]\0[\0-\x20]\0(?:UL|CS|UI|DA|OB|LO|SH|TM|[\x02-\x40]\0\0\0)"),
    ("voice", "", rb"#!AMR|caff"),
    ("rtf", "", rb"\s*\{\\rtf"),
    ("spreadsheet", "", rb"\s*<(?s:.{0,2000})progid=.Excel\.Sheet"),
    ("presentation", "", rb"\s*<(?s:.{0,2000})progid=.PowerPoint\.Show"),
    ("xml", "", rb"\s*<(?s:.{0,2000})(?:progid=.Word\.Document|word/200\d/(?:\d+/)?wordml|office/2006/xmlPackage)"),
    ("opendocument", "", rb"\s*<(?s:.{0,2000})urn:oasis:names:tc:opendocument:"),
    ("document", "CDA", rb"\s*<(?s:.{0,2000}?)<?(?:\w+:)?ClinicalDocument\b"),
    # A page may be written as XML, or be a piece of one, and that of Safari is a list of properties.
    ("html", "", rb"\s*<\?xml(?s:.{0,2000}?)<html[\s>]"),
    ("html", "", rb"(?i)\s*(?:<!--(?s:.{0,2000}?)-->\s*)?<(?:!doctype html|" + _TAGS + rb")[\s/>]"),
    ("html", "", rb"bplist(?s:.{0,2000})WebMainResource"),
    ("data", "PLIST", rb"bplist0\d"),
    ("data", "SQLite", rb"SQLite format 3\0"),
    ("document", "OneNote", rb"\xe4R\\{\x8c\xd8\xa7M\xae\xb1Sx\xd0\)\x96\xd3"),
    ("document", "DjVu", rb"AT&TFORM"),
    ("image", "CR3", rb"(?s:.{4})ftypcrx "),
    ("image", "JPEG XL", rb"\xff\x0a|\0\0\0\x0cJXL \r\n"),
    ("image", "JPEG 2000", rb"\0\0\0\x0cjP  \r\n|\xff\x4f\xff\x51"),
    ("image", "RAF", rb"FUJIFILMCCD-RAW"),
    ("image", "ORF", rb"II(?:RO|RS|US)|MMOR"),
    ("image", "RW2", rb"IIU\0"),
    ("image", "PSD", rb"8BPS\0[\x01\x02]"),
    ("image", "EMF", rb"\x01\0\0\0(?s:.{36}) EMF"),
    ("image", "WMF", rb"\xd7\xcd\xc6\x9a|[\x01\x02]\0\x09\0\0[\x01\x03]"),
    ("disc", "", rb"(?s:.{32769})(?:CD001|BEA01)"),
    (
        "archive",
        "",
        rb"MSCF|(?s:..)-l[hz][\ds]-|Rar!\x1a\x07|7z\xbc\xaf\x27|\xfd7zXZ|\x28\xb5\x2f\xfd|\x04\x22\x4d\x18",
    ),
    ("archive", "", rb"LZIP|SIT!|StuffIt|xar!|\x1f\xa0|(?s:.{7})\*\*ACE\*\*"),
)
# What a zip is by the names of its entries.
ENTRIES = (
    ("iwork", "", (b".iwa", b".iwph", b"Index.zip", b"index.apxl", b"buildVersionHistory.plist")),
    ("document", "XPS", (b".fdseq", b"FixedDocumentSequence")),
)
# What libmagic reports, or how that begins: the first that fits.
REPORTED = (
    ("dicom", "", "application/dicom"),
    ("image", "", "image/"),
    ("voice", "", "audio/"),
    ("voice", "", "application/ogg"),
    ("video", "", "video/"),
    ("rtf", "", "text/rtf"),
    ("rtf", "", "application/rtf"),
    ("html", "", "text/html"),
    ("html", "", "application/xhtml"),
    ("opendocument", "", "application/vnd.oasis.opendocument"),
    ("spreadsheet", "", "application/vnd.ms-excel"),
    ("spreadsheet", "", "application/vnd.openxmlformats-officedocument.spreadsheetml"),
    ("presentation", "", "application/vnd.ms-powerpoint"),
    ("presentation", "", "application/vnd.openxmlformats-officedocument.presentationml"),
    ("mail", "", "application/vnd.ms-outlook"),
    ("mail", "", "message/"),
    ("document", "EPUB", "application/epub"),
    ("document", "PostScript", "application/postscript"),
    ("document", "WordPerfect", "application/vnd.wordperfect"),
    ("document", "OneNote", "application/onenote"),
    ("document", "Word 2", "application/msword"),
    ("data", "XML", "text/xml"),
    ("data", "XML", "application/xml"),
    ("text", "", "text/"),
    ("text", "", "application/json"),
    ("text", "", "application/csv"),
    ("disc", "", "application/x-iso9660"),
    ("disc", "", "application/x-apple-diskimage"),
    ("archive", "", "application/zip"),
    ("archive", "", "application/gzip"),
    ("archive", "", "application/x-gzip"),
    ("archive", "", "application/x-bzip2"),
    ("archive", "", "application/x-tar"),
)
# Guessed from a byte or two, so that noise is often taken for it.
GUESSED = ("image/x-tga", "image/x-award-bioslogo", "audio/x-mp4a-latm", "audio/x-syx")
