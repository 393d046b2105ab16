"""The top-scored test samples: what the model finds strange, and why."""

import streamlit as st

from dashboard import components, feature_cards, gallery, loading, rivals, threshold
from dashboard.plain import plain
from toll.evaluation.metrics import event_horizon

st.title("Top anomalies")
run = components.require_run()
components.run_header(run)
scores = loading.scores(run)
if scores is None:
    components.empty_state("This run has no scores yet.")
loading.check_samples(run, scores)
config, split = run.config, loading.split_of(run.config)
judged = loading.judged(run, scores)
tested, reference = judged.tested, judged.reference
kept = threshold.kept_threshold(run, "last") if scores.step is None else None
horizon = kept["value"] if kept else event_horizon(reference["score"].to_numpy())
if scores.step is not None:
    st.info(
        "The run is not scored yet: these are its probe samples at step "
        f"{scores.step:,}, and reconstructions come with the scores."
    )

spec = split.dataset.spec
left, middle, right = st.columns([4, 3, 2], vertical_alignment="bottom")
found = loading.rivals(run) if scores.step is None and spec.labelled else []
by = rivals.choose(found, middle)
if by is not None:
    tested, horizon = by.rows.query("split == 'test'"), by.horizon
chosen = "all"
if spec.labelled:
    chosen = left.segmented_control(
        "Show",
        list(gallery.FILTERS),
        default="all",
        required=True,
        format_func=gallery.FILTERS.__getitem__,
    )
most = right.select_slider("At most", [12, 24, 48], value=12)
rows = gallery.choose(tested, chosen or "all", horizon, most)
why = (
    f"95 % of the normal {judged.source} lie inside it"
    if kept is None or by is not None
    else "the threshold that is kept with the run, chosen under **Detection**"
)
whose = f"those of {by.title}" if by else "those of the last weights"
# All words stand above: what stands below the samples would move when they come.
st.caption(
    f"{gallery.EXPLAINED[chosen or 'all']} The event horizon is at a score of {horizon:.4g}: "
    f"{why}; scores are {whose}. "
    f"{'Which samples are anomalous is known from the test labels. ' if spec.labelled else ''}"
    f"{gallery.legend(spec.is_image, is_own=by is None)}"
)
if spec.note:
    st.caption(plain(spec.note))
outputs, own_beta = loading.reconstructions(run), None if by else config.beta
names = loading.names_of(config, rows["id"].tolist())
if rows.empty:
    st.info("No test sample is of this kind at this threshold.")
elif spec.is_image:
    gallery.show_images(rows, split, outputs, own_beta, names)
else:
    about = loading.usual_ranges(config), names
    feature_cards.show(rows, split, outputs, about, own_beta)
