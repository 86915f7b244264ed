"""Made by Django, and by hand."""
