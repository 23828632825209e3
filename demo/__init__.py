"""Made-up people and conversations: a few lively ones for a first look, a million dull ones for measurements."""
