"""Tests: stories, parts, edges and the bench."""
