"""The two-headed model: built, trained and exported with Keras, asked with LiteRT or Keras."""
