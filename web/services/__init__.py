"""What the pages ask for: who may do what, cases as they stand, steps that are kept. No page decides any of it."""
