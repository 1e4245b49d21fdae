"""Demo data of the systems: registry.py says how a system gets its own."""
