"""The HTTP interface beside the page: OpenAI-compatible chat, questions, search, documents, health and metrics."""
