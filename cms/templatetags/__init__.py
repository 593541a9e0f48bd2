"""Template tags of the design system: any app may `{% load %}` them."""
