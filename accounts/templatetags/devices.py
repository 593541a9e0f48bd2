"""`{% load devices %}`: what a person recognises of a browser."""

from django import template

register = template.Library()

#: The first word found names it; browsers also carry the words of those they imitate.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@register.filter
def device(user_agent: str) -> str:
    """« Firefox sur Android », from what the browser says of itself."""
    browser = next((name for word, name in BROWSERS if word in user_agent), "Un navigateur")
    system = next((name for word, name in SYSTEMS if word in user_agent), "")
    return f"{browser} sur {system}" if system else browser
