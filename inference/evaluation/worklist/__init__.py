"""What a way of reading a worklist would save, find and miss: simulated on scores, truth and readers' decisions."""
