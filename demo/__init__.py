"""Made-up people and conversations: a few realistic ones for a first look, a million plain ones for measurements."""
