"""A linkage attack on copies of a running installation: who has answered by when, and whose is which row.

`town.py` lets two hundred people answer while `copies.py` copies what a thief would; `attacker.py` gets these copies
and what everybody may know, and guesses; `chance.py` says how well somebody guesses who knows nothing. `direct.py` is
the store that writes every answer into its row at once, kept to show that the attacker is able.
"""
