"""The memory: fulfils `handlers.ports` with SQLAlchemy and files. It imports `handlers` for the nouns it keeps."""
