"""Policy packages: YAML with positions -> spec (what is written) -> package (resolved, type-checked) -> checks."""
