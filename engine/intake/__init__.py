"""Facts from files: YAML cases, Excel and CSV ledgers, empty forms. The only layer that opens what a user hands in."""
