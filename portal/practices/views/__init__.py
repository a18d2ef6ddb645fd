"""Pages of people and practices."""
