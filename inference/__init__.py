"""Pure PyTorch reading of mammograms: knows nothing of the web, usable alone as `python -m inference`."""
