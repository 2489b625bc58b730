"""The work that a worker does: one module a kind. Each marks its work done in the same transaction as its effect."""
