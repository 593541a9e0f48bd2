"""The demonstration site: real sentences, in data files, planted where nothing stands yet."""
