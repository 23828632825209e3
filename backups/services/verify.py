"""The proof that a backup is whole: every part is read and compared."""

from datetime import datetime

from backups.errors import Damaged, WrongKey
from backups.manifest import Manifest
from backups.models import Backup
from backups.places import Place
from backups.sealing import Seal
from backups.services import reading
from backups.workplace import workplace


def verify(place: Place, manifest: Manifest, seal: Seal, *, now: datetime) -> list[str]:
    """What is wrong with it, a sentence each. Where nothing is, that is noted.

    Without the private key parts are compared as they are, encrypted. Raises WrongKey for one that does not fit.
    """
    wrong = []
    opens = seal.has_key()
    if not opens and not all(part.sealed for _, part in reading.parts(manifest)):
        raise WrongKey("Without the private key this backup cannot be compared: name it, or make one: backup --again.")
    with workplace() as folder:
        for name, part in reading.parts(manifest):
            try:
                if opens:
                    reading.open_part(place, name, part, seal, folder=folder)
                else:
                    reading.compare_sealed(place, name, part)
            except Damaged as damaged:
                wrong.append(str(damaged))
    if not wrong:
        made_at = min(manifest.made_at, now)
        Backup.objects.create(event=Backup.Event.PROVEN, name=manifest.name, made_at=made_at, at=now)
    return wrong
