"""Latent space in the plane and in space: true distances, PCA and UMAP; no torch."""
