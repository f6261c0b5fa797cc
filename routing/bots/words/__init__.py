"""What the bot says in its own words, and what customers wish in theirs."""
