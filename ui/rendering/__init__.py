"""Values → HTML strings, purely.

Whatever comes from a document, a question or an answer goes through `html.escape` and nothing else; tags are written
here only. Buttons carry what they do in data attributes: `data-reference` opens a source, `data-fill` fills the box,
`data-copy` is copied, `data-language` changes the language of the page.
"""
