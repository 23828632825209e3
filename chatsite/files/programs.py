"""Which files are programs: what a double click would run, or let act, by name or by content."""

import unicodedata

# What Windows, macOS, Linux and Android run or install, and shortcuts to it.
_NAMES = (
    "ade adp apk app appinstaller application appref-ms appx appxbundle bat chm cmd com command cpl deb desktop dll"
    " dmg exe gadget hlp hta inf ins iso img isp jar js jse jnlp ksh lnk mde msc msh msi msix msixbundle msp mst ocx"
    " pif pkg ps1 ps1xml ps2 psc1 psd1 psm1 py pyc pyw reg rpm run scf scpt scr sct settingcontent-ms sh shb shs sys"
    " terminal url vb vbe vbp vbs vhd vhdx vxd website workflow ws wsc wsf wsh xll docm dotm xlsm xltm xlam pptm"
    " potm ppsm ppam sldm action bas bash csh fxp jsp mda pl plg prg scptd swf udl vsmacros vsw zsh"
)
# What opens a connection, a query or a search of a host, installs settings, or is otherwise more than shown.
_ACTIVE = (
    "accda accde accdu appcontent-ms appimage contact desklink deskthemepack diagcab diagcfg diagpkg dqy fileloc"
    " flatpakref inetloc iqy library-ms mobileconfig mpkg msu odc oqy ppa pyz pyzw rdp rqy search-ms"
    " searchconnector-ms slk themepack vsto webloc wiz wll wsb xap xbap xla xnk accdr cdxml its maf mam mdb rdg theme"
)
_EXTENSIONS = frozenset((_NAMES + " " + _ACTIVE).split())
_BEGINNINGS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"dex\n",
    # A shortcut of Windows.
    b"L\0\0\0\x01\x14\x02\0",
)


def is_program_name(name: str) -> bool:
    """Whether a system would run a file of this name; Windows ignores dots and spaces at the end of names."""
    seen = "".join(character for character in name if unicodedata.category(character) not in ("Cc", "Cf")).lower()
    # A colon separates folders on a Mac, and the streams of a file on Windows.
    return any(part.rstrip(". ").rpartition(".")[2] in _EXTENSIONS for part in seen.split(":") if "." in part)


def is_program(beginning: bytes) -> bool:
    """Whether the first bytes are those of a program, under whatever name."""
    return beginning.startswith(_BEGINNINGS)
