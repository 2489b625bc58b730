"""What is spoken: the call as steps, recordings and their disguise, prompts, field monitors. No provider's dialect, no settings.

What a recording sounds like when it leaves the desk is the words, and as little as possible of who spoke them: decode, disguise,
encode; all in memory, in blocks. Those modules may use numpy; PyAV (FFmpeg) in `decoding` and `encoding` alone. They are run
apart, in a child process with bounds (`gateway.voice.sandbox`), because what they decode comes from strangers.
"""
