"""Targeted collapse as one term of a loss, for your own training loop."""

import math

from torch import Tensor, nn

from toll.method.objective import latent_norm


class TargetedCollapse(nn.Module):
    """The term β·mean‖z‖₂ that pulls the latents of normal samples towards the origin.

    Add it to the reconstruction loss mean‖x − x̂‖₂ of normal samples; the anomaly score of a sample
    is then its own ‖x − x̂‖₂ + β‖z‖₂ (arXiv 2306.12627). It has no weights.

    Args:
        beta: weight β of the latent norm, finite and at least 0; 0 leaves the loss as it is.

    Raises:
        ValueError: beta is negative or not finite.

    Examples:
        >>> import torch
        >>> from toll import TargetedCollapse
        >>> collapse = TargetedCollapse(beta=10)
        >>> x = torch.rand(4, 8)
        >>> encoder, decoder = torch.nn.Linear(8, 2), torch.nn.Linear(2, 8)
        >>> z = encoder(x)
        >>> error = torch.linalg.vector_norm(x - decoder(z), dim=1)
        >>> loss = error.mean() + collapse(z)  # the line that makes it targeted collapse
        >>> loss.backward()
        >>> score = error + collapse.score(z)  # the higher, the more anomalous
        >>> score.shape
        torch.Size([4])
    """

    def __init__(self, beta: float) -> None:
        super().__init__()
        if not (math.isfinite(beta) and beta >= 0):
            raise ValueError(f"beta is {beta:g}; it must be a finite number, at least 0")
        self.beta = float(beta)

    def forward(self, latents: Tensor) -> Tensor:
        """β·mean‖z‖₂ of a batch: (n, ...) → a scalar, to be added to the loss."""
        return self.score(latents).mean()

    def score(self, latents: Tensor) -> Tensor:
        """β‖z‖₂ of each sample, its part of the anomaly score: (n, ...) → (n,).

        All dimensions after the first form one latent vector. Norms are float32, even under
        autocast (float64 for float64 latents), and their gradient at z = 0 is 0.

        Raises:
            ValueError: the latents have fewer than two dimensions.
        """
        if latents.dim() < 2:
            raise ValueError(
                f"latents are of shape {tuple(latents.shape)}; they must be (samples, ...) "
                "with two dimensions or more"
            )
        return self.beta * latent_norm(latents)

    def extra_repr(self) -> str:
        return f"beta={self.beta:g}"
