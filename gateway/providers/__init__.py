"""The providers that texts and calls come through. Each is a folder that knows the contract and the nouns, and no other
provider."""
