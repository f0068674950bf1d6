"""What a click does: session in, plain values out; no Gradio here."""
