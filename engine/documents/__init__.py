"""From a decision to a letter: the plan (pure), its wording checks, and the .docx and .pdf renderers (edges)."""
