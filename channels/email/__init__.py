"""Email: mailboxes read over IMAP, answers sent over SMTP."""
