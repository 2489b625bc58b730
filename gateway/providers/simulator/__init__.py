"""The simulator: a local server that speaks the part of the providers' APIs that we use, and a page with phones on it.

It knows all three wire formats and signs what the providers sign, with their SDKs and not with our folders: that is what makes it
a test of them. The product reaches it through the real SDKs and the `_API_BASE` settings and cannot tell the difference. It keeps
everything in memory.
"""

from gateway.providers.simulator.config import SimulatorConfig
from gateway.providers.simulator.server import PortTaken, Simulator

__all__ = ["PortTaken", "Simulator", "SimulatorConfig"]
