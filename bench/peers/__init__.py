"""This project beside ejabberd, by turns, with the same work and the same database: `bin/bench peers`."""
