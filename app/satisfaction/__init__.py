"""What customers say of our help when they are asked: one question after a request is solved."""
