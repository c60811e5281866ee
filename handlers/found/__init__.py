"""Found a group: from an idea to a live group with its announcement."""
