"""What leaves as DICOM: a read as presentation states and a structured report."""
