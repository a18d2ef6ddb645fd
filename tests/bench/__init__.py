"""`make bench`: what the portal takes, as a ratio to a peer or a physical limit in the same run (docs/bench.md)."""
