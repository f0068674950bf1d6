"""Widgets and their wiring; a page computes nothing itself."""
