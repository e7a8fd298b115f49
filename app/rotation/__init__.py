"""Who is on duty when: schedules of layers, exceptions from them, and the log of what was."""
