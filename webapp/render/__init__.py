"""Values to HTML and figures; nothing is computed here."""
