"""The connectors: how entries of the case log reach their recipients. Each knows the contract, and no other connector."""
