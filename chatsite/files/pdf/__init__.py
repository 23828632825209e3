"""PDFs that people upload: opened, and every object looked at, in a child process (`judging`)."""
