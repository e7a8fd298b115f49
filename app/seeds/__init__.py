"""The demo: a pretend product called Marlow, its help centre and ninety days of its support."""
