"""How everything is said to people: texts, numbers, periods and sheets in the language of the reader."""
