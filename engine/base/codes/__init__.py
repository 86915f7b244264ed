"""The catalogue of problem codes, one file a hundred: code -> (title, explanation), in Chinese."""
