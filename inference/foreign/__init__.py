"""Files of other projects: read once, in a process of its own, by code that runs nothing of theirs; loads no torch."""
