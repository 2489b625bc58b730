"""The board of an incident: its reports side by side, what they agree and differ on, who counts as independent of whom and why,
and what is still missing on the way to the case log. May import the desk, the case log and triage."""
