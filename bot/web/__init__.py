"""Pages: the chrome, links and sessions, and what keeps them safe and quiet."""
