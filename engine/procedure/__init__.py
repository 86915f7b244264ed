"""What follows from events over time: forward chaining over facts."""
