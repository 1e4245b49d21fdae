"""Enterprise commerce: people, catalogue, orders, audit. Handler -> service -> repository -> domain."""
