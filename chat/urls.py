"""The pages of the chat."""

urlpatterns = []
