"""The voice room of the gateway: recordings are worked on apart, in a process that holds no key and can do nothing else.

It may import config, and of the handlers `errors` and `voice`. Only the child (`apart`) loads numpy and FFmpeg.
"""
