"""The work: what happens to a report.

Plain Python: no Flask, no SQL, no Redis, no HTTP, and no settings. What it needs of the outside it asks for through `ports`.
"""
