"""The lists as they are in force: those that ship, with what people saved in their place.

May import config, storage and handlers. Nothing of a list is ever written to disk but sealed.
"""
