class BackupRefused(Exception):
    """A backup or restore that is not begun, or breaks off: one sentence, with what to do."""
