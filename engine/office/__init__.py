"""Use cases: what one command or one screen asks for, from files to results (edge). No printing, no command line."""
