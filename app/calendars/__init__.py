"""Business time: when we are open, how much open time has passed, and when it runs out."""
