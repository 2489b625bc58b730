"""The settings and the lists an operator may edit. Read once, frozen, passed in; `handlers` never reads them."""
