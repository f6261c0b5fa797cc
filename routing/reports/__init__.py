"""What a desk did, in figures: each is defined in words, counted from the record, and opened again.

`definitions` says what each figure is. `story` tells one conversation from its events and yields
the cases behind the figures; `gathering` fetches the stories of a period, some hundred at a time;
`snapshots` and `presence` count what no single conversation tells. `adding` makes figures of cases.
"""
