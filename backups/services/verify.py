"""The proof that a backup is whole: every part is read and compared."""

from datetime import datetime

from backups.errors import BackupRefused
from backups.manifest import Manifest
from backups.models import Backup
from backups.places import Place
from backups.sealing import Seal
from backups.services import reading
from backups.workplace import workplace


def verify(place: Place, manifest: Manifest, seal: Seal, *, now: datetime) -> list[str]:
    """What is wrong with it, a sentence each. Where nothing is, that is noted."""
    wrong = []
    with workplace() as folder:
        for name, part in reading.parts(manifest):
            try:
                reading.open_part(place, name, part, seal, folder=folder)
            except BackupRefused as refused:
                wrong.append(str(refused))
    if not wrong:
        Backup.objects.create(event=Backup.Event.PROVEN, name=manifest.name, made_at=manifest.made_at, at=now)
    return wrong
