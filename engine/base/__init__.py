"""What every layer shares: problems, truth, numbers and units, the calendar, text for terminals. No I/O."""
