"""Whether a finished .docx or .pdf is as GB/T 9704-2012 and the rules of official writing want it: read as a stranger would.

Knows nothing of plans, packages or cases: only what stands in the file.
"""
