"""Changes of rules as data: planned as pieces of text that take the place of others, so that nothing else moves. Pure."""
