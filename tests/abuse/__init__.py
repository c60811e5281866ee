"""Abuse: what somebody tries who means no good, each by its ID (S1 to S40)."""
