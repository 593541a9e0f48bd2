"""The demonstration of the domain: invented people, real-looking sessions in every state.

Registered with `core.registry`; seeded by `manage.py seed_demo`.
"""
