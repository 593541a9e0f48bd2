"""What the product says of the machine it runs on."""
