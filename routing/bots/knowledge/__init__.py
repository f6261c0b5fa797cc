"""What the desk knows, as people read and find it.

`markdown` shows an article, `search` finds it, `library` keeps all of them at hand, and
`bringing` reads what was written elsewhere.
"""
