"""One module a resource kind: ensure (create, adopt or update in place) and delete. Siblings do not know each other."""
