"""A half-day where there is no network: prepared before, taken on the device, sent back after."""
