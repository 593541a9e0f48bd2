"""The user (e-mail login) and nothing else."""
