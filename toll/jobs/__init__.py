"""Long work beside the dashboard: a queue for each device, and the process that does it."""
