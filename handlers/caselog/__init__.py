"""The case log: what was verified, without its source, in an append-only Merkle tree whose heads are signed.

`tree`, `content` and `ledger` are the log itself; `verify` checks an export of it on its own; `grading`, `precision` and
`packets` say what may go into it. It stands on `protection` and the plain nouns.
"""
