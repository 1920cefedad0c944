"""Files become clean, language-tagged, page- and section-anchored documents, kept in the library."""
