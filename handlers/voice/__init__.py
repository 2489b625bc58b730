"""What is spoken: the call as steps, recordings, their disguise, prompts. Plain Python; no provider's dialect, no settings."""
