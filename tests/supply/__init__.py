"""What we take from others and what we must not give away: locks, advisories, licences, secrets (S35)."""
