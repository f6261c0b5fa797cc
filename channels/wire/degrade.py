"""What a channel cannot carry becomes what it can.

The desk does all of it before `Channel.send`: the text is never too long, no more than
`Capabilities.max_files` files come with it and each of them fits, buttons come only where
there are buttons. So a channel sends each message in one go, and this module is for what a
channel wants to do besides.
"""

from inbox.degrade import as_link, fitted, fitting, numbered, pressable, split

__all__ = ["as_link", "fitted", "fitting", "numbered", "pressable", "split"]
