"""Files of other programs: read with suspicion, written so that they can be read elsewhere."""
