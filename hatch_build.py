"""Asked by the build backend: what the package needs is what requirements.txt lists."""

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class RequirementsFile(MetadataHookInterface):
    """So that dependencies stand once, in the file that people install from."""

    def update(self, metadata: dict[str, Any]) -> None:
        text = (Path(self.root) / "requirements.txt").read_text(encoding="utf-8")
        lines = (line.partition("#")[0].strip() for line in text.splitlines())
        metadata["dependencies"] = [line for line in lines if line]
