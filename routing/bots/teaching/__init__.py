"""What the bot is taught: versions, proposals, rehearsals, and how it did."""
