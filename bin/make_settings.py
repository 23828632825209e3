#!/usr/bin/env python3
"""Write deploy/chat.env and docs/settings.md from chatsite/settings.toml."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from chatsite import settings_table

settings_table.ENV_FILE.write_text(settings_table.env_file())
settings_table.PAGE.write_text(settings_table.page())
