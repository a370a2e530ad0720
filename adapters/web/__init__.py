"""The web chat: a channel of its own for people without a chat licence, and for the demo."""
