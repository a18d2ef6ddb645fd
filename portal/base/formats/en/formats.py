"""Dates in English: ISO 8601, which no reader takes for another day."""

DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j M Y, H:i"
SHORT_DATE_FORMAT = "Y-m-d"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
TIME_FORMAT = "H:i"
DATE_INPUT_FORMATS = ["%Y-%m-%d"]  # what a browser's own date field sends and takes
DATETIME_INPUT_FORMATS = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"]
DECIMAL_SEPARATOR = "."
TRAIL_FORMAT = "j M Y, H:i:s"  # of a line of the trail
STEP_FORMAT = "M j, H:i"  # of what happened on a case
