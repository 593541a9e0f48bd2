"""Template tags of the domain: any app may `{% load %}` them."""
