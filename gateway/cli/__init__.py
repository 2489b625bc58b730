"""The command line: `./izwi COMMAND`. One module a subject."""
