"""Fitting Room's engine: a loop from labels and photos to better labels.

``tasks`` says what is asked of a photo; ``catalog`` holds the items and their
labels; ``split`` keeps held-out items unseen; ``model`` learns and answers;
``predictions`` holds its scores; ``decisions`` turns scores into answers;
``metrics`` says how good they are; ``search`` finds alike items; ``audit``
suspects wrong ones; ``annotations`` logs what people say, and applying them
makes the next catalog.

Each stage imports only from the stages before it. ``commands`` composes them
for the command line, and ``webapp`` for the browser.
"""
