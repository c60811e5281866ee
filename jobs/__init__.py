"""SPEAKS, later: the only folder that calls a platform."""
