"""Pictures of the product for its documents, taken by `bin/screenshots`."""
