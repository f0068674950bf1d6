"""The web app: FastAPI with Gradio mounted in it, one page for each step of the loop."""
