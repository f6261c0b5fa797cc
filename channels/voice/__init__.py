"""Telephone calls through Twilio; the channel itself is in `channels.voice.channel`."""
