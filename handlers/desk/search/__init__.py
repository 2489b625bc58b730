"""Search: words, places and times looked for in all that a coordinator may read. What is sealed is opened in memory, for one
search; nothing of it, and nothing of what was looked for, is written anywhere. May import the desk, triage and protection."""
