"""The few browser components that stock Gradio does not have."""
