"""The desk: what people do with reports, once they have signed in."""
