"""The bot: answers what it knows, asks what it needs, hands over what it does not."""
