"""The staff portal's shell: home, command palette, style guide."""
