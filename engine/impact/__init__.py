"""What a change of the rules does: compare (edge), told as text and data, as a command."""
