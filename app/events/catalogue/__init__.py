"""Everything that can happen, one frozen dataclass each, a module for each subject."""
