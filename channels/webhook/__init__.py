"""Any system that can send and receive signed JSON: a till, an app, a network without a channel.

What crosses is documented in docs/howto/webhook.md; `shapes` holds the same as types. Both
directions are signed as Standard Webhooks are, and every event has an id, so that repeating
one never doubles anything.
"""
