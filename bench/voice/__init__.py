"""The voice bench: how private the disguise is, how well understood, and at what cost. All its speech is made here, of nobody."""
