"""What needs every app: roles, demonstration, gallery, health, first start."""
