"""The pages and addresses beside Ask, which Gradio draws: each module has one page or one kind of address."""
