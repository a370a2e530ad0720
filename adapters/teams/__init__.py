"""Microsoft Teams: messages become Adaptive Cards, and what is done with them becomes a Submission or a Command."""
