"""The tabs of the web page, one module each; only these and `ui.app` import gradio."""
