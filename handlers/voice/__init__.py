"""Voice: what a recording sounds like when it leaves the desk: the words, and as little as possible of who spoke them.

Decode, disguise, encode; all in memory, in blocks. It may use numpy; PyAV (FFmpeg) in `decoding` and `encoding` alone. It is run
apart, in a child process with bounds (`gateway.voice.sandbox`), because what it decodes comes from strangers.
"""
