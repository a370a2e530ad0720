"""Kudos: thanks between members. No part of any survey: nothing here knows a wave, a ticket or an answer."""
