"""The public JSON API, one module a noun."""
