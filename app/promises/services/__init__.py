"""Use cases around promises: making and changing them, and what time does to them."""
