"""The demonstration site: real sentences, in data files, seeded where nothing is yet."""
