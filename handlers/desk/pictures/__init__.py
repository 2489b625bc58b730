"""Pictures: how many reports there were, of what, where, and how long they waited. What is sealed is opened in memory for one
look, and only counts leave this room. May import the desk, triage and protection."""
