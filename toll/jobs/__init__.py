"""Background jobs of the dashboard: a queue for each device, and the process that does them."""
