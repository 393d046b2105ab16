"""Latent space in 2-D and 3-D: true distances, PCA and UMAP; no torch."""
