"""Telegram: a bot that people write to, alone, in groups and in their topics."""
