"""The processes that serve, and what they answer to operators."""

# The default of DATABASE_PATIENCE in them: shorter than people will wait, and shorter than a stop may take.
PATIENCE = "5"
