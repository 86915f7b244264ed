"""The rows of the function table, a module a topic."""
