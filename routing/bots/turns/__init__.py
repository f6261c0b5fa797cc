"""A turn of the bot: read, think, write; ask a colleague; hand over."""
