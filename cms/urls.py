"""Addresses of the room."""

app_name = "cms"
urlpatterns: list = []
