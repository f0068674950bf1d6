"""From scores to answers: thresholds, how they were chosen, and the saved bundle."""
