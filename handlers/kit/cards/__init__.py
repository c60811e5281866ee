"""What several features say alike: the cards of polls, meetings, hot seats and groups, and their sentences."""
