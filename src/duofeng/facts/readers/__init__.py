"""Files of the outside world, read as text: every cell as it was written, with the row a person would count.

A reader decides nothing about meaning. It finds the encoding, the header and the rows, and keeps what it cannot read.
"""
