"""A step of training as one launch: recorded on a GPU once, then replayed.

A step of a small network is hundreds of kernels of a few microseconds each, and Python takes longer
to launch them than the GPU to run them. CUDA can record a step's launches as a graph and replay it
whole, on the same memory: then the GPU no longer waits.
"""

from collections.abc import Callable, Sequence
from functools import cache

import torch
from torch import Tensor

Compute = Callable[[Tensor], Tensor]

# Steps taken as usual before one is recorded: libraries choose their algorithms in them, and the
# optimiser makes its moments.
WARM_UP = 3


def replayed(compute: Compute, optimiser: torch.optim.Adam) -> Compute:
    """`compute` itself or, where its optimiser can be recorded, a stand-in that soon replays it.

    compute: from a batch, which always has the same shape, to a tensor; it may change weights, but
    must neither read the device nor decide anything by what is there.
    """
    return Replay(compute) if can_be_recorded(optimiser) else compute


def can_be_recorded(optimiser: torch.optim.Adam) -> bool:
    return optimiser.defaults["capturable"]


def beside_each_other(computes: Sequence[Compute]) -> Compute:
    """All of them on the same batch, on streams of their own; their results stacked, (m, ...)."""
    streams = [_stream(1 + number) for number in range(len(computes))]

    def compute(x: Tensor) -> Tensor:
        present, results = torch.cuda.current_stream(), []
        for each, stream in zip(computes, streams, strict=True):
            stream.wait_stream(present)
            with torch.cuda.stream(stream):
                results.append(each(x))
        for stream in streams:
            present.wait_stream(stream)
        return torch.stack(results)

    return compute


@cache
def _stream(number: int) -> torch.cuda.Stream:
    """One of a few streams that all trainings use in turn: each keeps a workspace for ever."""
    return torch.cuda.Stream()


class Replay:
    """A computation that is recorded after a few calls; each later call replays it."""

    def __init__(self, compute: Compute) -> None:
        self.compute = compute
        self.calls = 0
        # Recording needs a stream of its own, and what is recorded must have run on it before.
        self.stream = _stream(0)
        self.graph: torch.cuda.CUDAGraph | None = None

    def __call__(self, x: Tensor) -> Tensor:
        self.calls += 1
        if self.calls <= WARM_UP:
            return self._as_usual(x)
        if self.graph is None:
            self.graph = self._recorded(x)
        self.x.copy_(x)
        self.graph.replay()
        return self.result.clone()

    def _as_usual(self, x: Tensor) -> Tensor:
        present = torch.cuda.current_stream()
        self.stream.wait_stream(present)
        with torch.cuda.stream(self.stream):
            result = self.compute(x)
        present.wait_stream(self.stream)
        return result.clone()

    def _recorded(self, x: Tensor) -> torch.cuda.CUDAGraph:
        """The graph of a call, which is not run; it reads `self.x` and writes `self.result`."""
        self.x = torch.empty_like(x)
        graph = torch.cuda.CUDAGraph()
        # Other threads may use the GPU meanwhile.
        with torch.cuda.graph(graph, stream=self.stream, capture_error_mode="thread_local"):
            self.result = self.compute(self.x)
        return graph
