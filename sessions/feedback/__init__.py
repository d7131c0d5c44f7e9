"""How people say whether a talk was any use: the public page, the counter behind it, the poster, and what may be read of it."""
