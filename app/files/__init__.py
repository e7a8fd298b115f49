"""Stored files: taking uploads in safely, keeping them, giving them out."""
