"""Pictures of samples as HTML: strips of examples, and input beside reconstruction and error."""

import base64
import html
import io

import numpy as np

from toll.player.palette import palette, rgb

# Red, green and blue (3, 3), from no error to the largest.
ERROR_RAMP = np.array([rgb(color) for color in palette().error_ramp], dtype=np.float32)


def strip(images: np.ndarray, alt: str, height: int = 40) -> str:
    """Images (n, C, H, W) in [0, 1] side by side, divided by grey lines, as one picture."""
    line = np.full((images.shape[2], 1, 3), 128, dtype=np.uint8)
    parts = [part for image in images for part in (as_pixels(image), line)]
    return picture(np.concatenate(parts[:-1], axis=1), alt, height)


def picture(pixels: np.ndarray, alt: str, height: int) -> str:
    """An <img> of uint8 pixels (H, W, 3), scaled without blur."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    data = base64.b64encode(buffer.getvalue()).decode()
    style = f"max-height:{height}px;max-width:100%;image-rendering:pixelated"
    if pixels.shape[0] < height:
        style += f";height:auto;width:{pixels.shape[1] * height // pixels.shape[0]}px"
    return f'<img src="data:image/png;base64,{data}" alt="{html.escape(alt)}" style="{style}">'


def as_pixels(image: np.ndarray) -> np.ndarray:
    """One image (C, H, W) in [0, 1] as uint8 (H, W, 3); one channel becomes grey."""
    pixels = (np.clip(image, 0, 1) * 255).round().astype(np.uint8).transpose(1, 2, 0)
    return np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels


def error_map(image: np.ndarray, reconstruction: np.ndarray) -> np.ndarray:
    """Absolute difference of two images (C, H, W) in [0, 1], as uint8 colours (H, W, 3)."""
    difference = np.abs(image - reconstruction).mean(axis=0).clip(0, 1)
    position = difference * (len(ERROR_RAMP) - 1)
    channels = [np.interp(position, range(len(ERROR_RAMP)), ERROR_RAMP[:, c]) for c in range(3)]
    return np.stack(channels, axis=-1).round().astype(np.uint8)
