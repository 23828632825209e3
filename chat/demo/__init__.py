"""People, appointments and conversations for a first look; used by `seed_demo` alone."""
