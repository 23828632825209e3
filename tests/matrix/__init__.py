"""Who gets what at every address, by every method: compared with the tables beside this, cell by cell.

A new route has no row, and fails. `tests.matrix.answers` says what a cell means.
"""
