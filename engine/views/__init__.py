"""Decisions and packages as people read them: text for an 80-column terminal, Markdown. Pure; nothing is decided here."""
