"""The desk in a browser, and the public API it is itself a client of."""
