"""A language model, where one is configured: what it is shown, and what of it is believed."""
