"""The channel accounts: read and kept, opened, watched, changed, and compared with what came."""
