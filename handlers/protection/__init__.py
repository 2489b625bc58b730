"""Protection: keys, sealing, pseudonyms, people's keys. Stands on libsodium (PyNaCl); nothing below that level is made here."""
