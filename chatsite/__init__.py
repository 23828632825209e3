"""What every app needs: settings, addresses, the envelope, limits, storage and the server."""

__version__ = "2.0.0"
