"""How well scores tell anomalies from normal samples, and which weights to keep; no torch."""
