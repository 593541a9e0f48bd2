"""Template tags of the domain: any room may `{% load %}` them."""
