"""Charts: pure functions from arrays and frames to Plotly figures."""
