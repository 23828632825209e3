class BackupRefused(Exception):
    """A backup or restore that is not begun, or breaks off: one sentence, with what to do."""


class Damaged(BackupRefused):
    """A part of a backup that is missing, or not what was written."""


class WrongKey(BackupRefused):
    """The private key does not open this, or cannot be read."""
