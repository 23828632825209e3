"""Opens uploaded files in child processes, which have limits on memory and time and no secrets: `pool.run`.

Nothing is imported here, because the children import this too, and have neither Django nor settings.
"""
