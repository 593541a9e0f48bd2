"""The demonstration of the domain: invented people, real-looking sessions in every state.

Registered with `training.registry`; planted by `manage.py seed_demo`.
"""
