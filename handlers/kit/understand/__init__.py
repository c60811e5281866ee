"""Understands what people write: spelling, manners, phrases, then what it is likely to mean."""
