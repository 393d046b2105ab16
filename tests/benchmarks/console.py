"""How soon all views follow a threshold that is moved, in headless Chromium: 10,000 samples.

Scores and pictures are drawn at random: what the console does with them depends on no model.
"""

import base64
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import sync_playwright

from dashboard.console import COLUMNS, pictured, png
from tests.benchmarks.dashboard import FLAGS
from toll.evaluation.thresholds import choose_threshold
from toll.evaluation.uncertainty import roc_band
from toll.film.container import pack
from toll.player.bundle import CONSOLE_PAGE, bundle, style

SAMPLES, MOVES = 10_000, 200
PAGE = """<meta charset="utf-8"><style>{style}</style><div><div class="toll-console"></div></div>
<script type="module">{script}
const bytes = Uint8Array.from(atob("{data}"), (each) => each.charCodeAt(0));
defaultOf({{ data: bytes, parentElement: document.body, setStateValue() {{}} }});
</script>"""
# Milliseconds from a move of the threshold until all views have been drawn anew and laid out.
MOVE = """async moves => {
    const { console } = document.querySelector(".toll-console");
    const { least, most } = console.judged.axis, taken = [];
    for (let i = 0; i < moves; i++) {
        const began = performance.now();
        console.move(least + (most - least) * (((i * 37) % moves) / moves));
        cancelAnimationFrame(console.due);
        console.due = null;
        console.redraw();
        document.body.getBoundingClientRect();
        taken.push(performance.now() - began);
        await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    }
    return taken;
}"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = Path(folder) / "console.html"
        page_file.write_text(document(), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 2000})
        page.goto(page_file.as_uri())
        page.locator(".matrix canvas").first.wait_for()
        taken = np.array(page.evaluate(MOVE, MOVES))
        middle, most, worst = np.quantile(taken, (0.5, 0.95, 1))
        print(
            f"a threshold moved, {SAMPLES:,} samples, {MOVES} moves: all views drawn after "
            f"{middle:.1f} ms (95 % within {most:.1f} ms, worst {worst:.1f} ms)"
        )
        browser.close()


def document() -> str:
    """The console as a page of its own."""
    data = base64.b64encode(samples()).decode()
    script = bundle(CONSOLE_PAGE).replace("export default", "const defaultOf =")
    return PAGE.format(style=style(), script=script, data=data)


def samples() -> bytes:
    """Samples as the dashboard packs them, nine in ten of them anomalous as in MNIST."""
    random = np.random.default_rng(0)
    classes = np.arange(SAMPLES) % 10
    labels = (classes > 0).astype(np.uint8)
    scores = random.gamma(9 + 4 * labels)
    norms = random.gamma(3 + labels)
    rows = pd.DataFrame({"score": scores, "label": labels})
    chosen = pictured(rows)
    tiles = random.integers(0, 255, (len(chosen), 28, 28, 3)).astype(np.uint8)
    band = roc_band(labels, scores)
    header = {
        "run": "drawn",
        "classNames": [str(number) for number in range(10)],
        "threshold": choose_threshold(scores, labels, "quantile").value,
        "isKept": False,
        "rule": "",
        "band": {
            "rate": band.false_positive_rate.tolist(),
            "lower": band.lower.tolist(),
            "upper": band.upper.tolist(),
            "auroc": band.auroc,
        },
        "pictured": chosen.tolist(),
        "tile": [28, 28],
        "columns": COLUMNS,
    }
    arrays = {
        "score": scores.astype(np.float32),
        "norm": norms.astype(np.float32),
        "label": labels,
        "class": classes.astype(np.int32),
        "id": np.arange(SAMPLES, dtype=np.int32),
        "sheet": png(tiles),
    }
    return pack(header, arrays)


if __name__ == "__main__":
    main()
