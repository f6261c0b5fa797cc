"""Email: mailboxes read over IMAP, answers sent over SMTP; the channel is in ``channel.py``."""
