"""What people do with reads: begin, save, lock, reveal, decide; and the report that comes of it."""
