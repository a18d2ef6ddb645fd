"""How good a release is: figures with their n and 95 % interval, never without."""
