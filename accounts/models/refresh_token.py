from django.db import models
from django.utils import timezone


class RefreshToken(models.Model):
    """One row per issued refresh token, kept while it may still be presented: whether and when it was spent."""

    jti = models.CharField(max_length=32, unique=True)
    sign_in = models.ForeignKey("accounts.SignIn", models.CASCADE, related_name="refresh_tokens")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    spent_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        db_table = "refresh_tokens"

    def __str__(self) -> str:
        return f"{self.pk}"
