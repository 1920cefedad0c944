"""Show it to a person: the `atmp` command and the web page."""
