"""The command line: every command reads its arguments, calls the engine and prints; no logic lives here."""
