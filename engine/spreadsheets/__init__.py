"""Edge: spreadsheets and delimited text as grids of raw cells, whatever they are read for."""
