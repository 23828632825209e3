"""The questions that belong to no app, before those of the apps: the first is whether the database answers."""

from chatsite.doctor import clock, database, database_server, disk, mail, scanner, settings, site, sqlite, storage
from chatsite.doctor.questions import Question, add


def register() -> None:
    add(
        Question("database", database.reachable, quick=True, needs_database=True),
        Question("migrations", database.migrations, quick=True, needs_database=True),
        Question("writing", database.writing, quick=True, needs_database=True),
        Question("rights", database.schema_rights, needs_database=True),
        Question("read-only", database_server.read_only, quick=True, needs_database=True),
        Question("replication", database_server.replication, quick=True, needs_database=True),
        Question("line to the database", database_server.line, needs_database=True),
        Question("characters", database_server.characters, quick=True, needs_database=True),
        Question("zone of the database", database_server.zone, quick=True, needs_database=True),
        Question("isolation", database_server.isolation, quick=True, needs_database=True),
        Question("connections", database_server.connections_left, quick=True, needs_database=True),
        Question("packet", database_server.packet, quick=True, needs_database=True),
        Question("durability", database_server.durability, quick=True, needs_database=True),
        Question("SQLite", sqlite.file, quick=True, needs_database=True),
        Question("processes", sqlite.processes, quick=True),
        Question("clock of the database", clock.of_database, quick=True, needs_database=True),
        Question("store", storage.mark, needs_database=True, seconds=40),
        Question("settings", settings.checked, seconds=40),
        Question("names of settings", settings.unknown_names, quick=True),
        Question("time zone", clock.zone, quick=True),
        Question("var", disk.var, quick=True),
        Question("static files", disk.static_files, quick=True),
        Question("disk", disk.room, quick=True),
        Question("files", storage.keeping, seconds=40, checks=("chatsite.E005", "chatsite.E013")),
        Question("mail", mail.server, seconds=20),
        Question("virus scanner", scanner.scanner),
        Question("proxy", site.proxy),
        Question("sockets", site.upgrade),
        Question("certificate", site.certificate),
        Question("clock of PUBLIC_URL", site.date),
        first=True,
    )
