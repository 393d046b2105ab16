"""The dashboard's parts: what is selected, what is loaded, charts and components."""
