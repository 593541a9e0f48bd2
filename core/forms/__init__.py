"""Fields and forms that several screens share."""
