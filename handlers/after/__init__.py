"""After: the closing ritual, the mission cards, the summary, and what is left to do."""
