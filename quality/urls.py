"""Addresses of the room."""

app_name = "quality"
urlpatterns: list = []
