"""Filter and welcome: from an application to a member whom the others know."""
