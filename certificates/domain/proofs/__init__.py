"""Published proofs: each day the root of a tree over all evidence, which nobody can take back."""
