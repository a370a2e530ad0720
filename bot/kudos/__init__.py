"""Kudos: thanks between colleagues. Nothing here knows a check-in, and nothing of a check-in knows this."""
