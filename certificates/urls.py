"""Addresses of the room."""

app_name = "certificates"
urlpatterns: list = []
