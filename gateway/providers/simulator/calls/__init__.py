"""Calls, simulated: the two ends of a call, the providers' interpreters of our markup, their API for calls and recordings, USSD.

A call has no clock of its own. The person at the phone says when a prompt is heard out and when time has passed: the page by its
own timers, a scripted phone at once, a person without JavaScript by a button. So one interpreter serves all three.
"""
