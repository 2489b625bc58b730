"""What is spoken: the call as steps, recordings, their disguise, prompts. Plain Python; no provider's dialect, no settings.

Only `rendering` and what stands below it loads numpy and FFmpeg, and only the child process of `gateway.voice` loads that.
"""
