"""Slack: cards in a direct message, dialogs in modals, the own page on the Home tab."""
