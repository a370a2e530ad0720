"""The works-council pack: what is asked of whom and why, the promises with their checks, and the papers beside it.

One document from the live settings, in Dutch or English: `gather` takes the facts, `texts` holds the words, `nodes` is
the document that both renderers draw, `html` and `pdf` draw it. Nobody's name or address is in it.
"""
