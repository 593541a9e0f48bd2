"""Template tags of the design system: any room may `{% load %}` them."""
