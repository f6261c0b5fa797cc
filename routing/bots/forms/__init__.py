"""Forms that the bot fills with a customer: what is asked, how answers are read, look-ups."""
