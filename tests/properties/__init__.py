"""Properties: whole families of cases instead of examples, on the real handlers and an empty database."""
