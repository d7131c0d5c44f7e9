"""The language check: every text that people see, against the word list in cards/content/language.toml.

`texts` finds the texts, `reading` measures them, `wordlist` reads the list, `check` puts them together.
"""
