"""Forms: what people give, parsed and checked before one call to the domain."""
