"""The inbox: what it can be narrowed to, what was found in the reports that wait, and acts on many of them at once. May import
the desk, triage and protection."""
