"""How fast the chat is, beside floors measured in the same run: `bin/bench`, explained in docs/performance.md."""
