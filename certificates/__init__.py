"""The paperwork: documents issued once, sealed, verifiable."""
