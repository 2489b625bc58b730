"""Triage: what a report says, found by plain rules over lists that an operator can edit, each finding with its evidence.

One module a stage; `pipeline` holds them in order. Stages know the nouns, `words`, `lookups` and `reading`, never each other.
"""
