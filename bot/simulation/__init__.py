"""An invented organisation that plays the product itself: real code paths, a clock that jumps, people who tap cards.

Only `adempauze simulate` and `adempauze demo` import this package. It alone knows who answered what, and
`truth.py` alone writes that down; nothing that serves real people can reach either.
"""
