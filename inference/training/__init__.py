"""From labelled images to a release folder: folds, cached features, heads, calibration, card."""
