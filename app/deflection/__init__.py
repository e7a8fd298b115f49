"""The deflection record: what people tried before a ticket, and how each help session ended."""
