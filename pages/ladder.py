"""Every β of a ladder in one picture, and what can be said of them."""

import streamlit as st

from dashboard import components, ladder_view, loading, permission, state
from dashboard.chart import show
from dashboard.charts.ladder import ladder_picture
from dashboard.plain import plain
from toll.data import NO_LABELS
from toll.paths import ladders_dir
from toll.studies.ladder import Ladder
from toll.studies.ladder_report import METRICS, summary
from toll.studies.verdict import Answer, Verdict, compare

PAIR = "pair"
MARKS = {Answer.BETTER: "✓ ", Answer.WORSE: "✗ ", Answer.ALIKE: "= ", Answer.UNKNOWN: ""}


def choose_two(ladder: Ladder) -> tuple[float, float]:
    """The two values of β that are compared, as the link has them.

    At first they are the recommended one and the least other, which is 0.
    """
    words = "{:g}".format
    betas = {words(beta): beta for beta in ladder.settings.betas}
    usual = words(ladder.settings.recommended)
    linked, _, other = (pair := st.query_params.get(PAIR, "")).partition(",")
    if pair and not {linked, other} <= {*betas}:
        st.warning(plain(f"The link compares β = {pair!r}; valid are two of {', '.join(betas)}."))
    left, right = st.columns(2)
    key = f"of {ladder.id} {state.moves()}"
    st.session_state.setdefault(f"a {key}", linked if linked in betas else usual)
    a = left.selectbox("Is β =", [*betas], key=f"a {key}")
    others = [beta for beta in betas if beta != a]
    if st.session_state.get(f"b {key}") not in others:
        st.session_state[f"b {key}"] = other if other in others else others[0]
    b = right.selectbox("better than β =", others, key=f"b {key}")
    at_first = [usual, next(beta for beta in betas if beta != usual)]
    if st.query_params.get(PAIR, ",".join(at_first)) != f"{a},{b}":
        state.change_link(**{PAIR: None if [a, b] == at_first else f"{a},{b}"})
    return betas[a], betas[b]


def tell(ladder: Ladder, verdict: Verdict, unfinished: str) -> None:
    """The verdict, how sure it is, and what would make it surer.

    unfinished: why it may change yet; empty where it will not.
    """
    mark = "" if unfinished else MARKS[verdict.answer]
    st.markdown(f"#### {mark}{plain(verdict.sentence)}")
    if unfinished:
        st.caption(f"**{unfinished}**")
    st.caption(
        plain(verdict.certainty)
        + " AUROC of each β's own score, which is computed with the anomaly labels: the share of "
        "pairs of a normal and an anomalous sample in which the anomalous one scores higher. "
        "Student's interval of the paired differences, by SciPy."
    )
    if verdict.more and not ladder.status().state.is_active:
        seeds = "1 more seed" if verdict.more == 1 else f"{verdict.more} more seeds"
        if permission.button(f"Train {seeds}", ladders_dir(), type="primary"):
            ladder_view.train_more(ladder, verdict.more)
            st.rerun()


def open_point(mark: list) -> None:
    """A mark has been clicked: show that rung on the pages about single runs."""
    beta, seed, step = mark
    st.session_state["opened_point"] = (float(beta), int(seed), int(step))


st.title("Tune β")
ladder = state.selected_ladder()
if ladder is None:
    st.markdown(
        "A **ladder** is one training at several values of β, from the same initial weights on the "
        "same batches: what differs between them comes from the pull alone."
    )
    run = state.selected_run()
    if run is None:
        components.empty_state("No ladder has been trained yet.")
    if permission.button("Train a ladder like the selected run", ladders_dir(), type="primary"):
        ladder_view.start_like(run)
    st.stop()
if opened := st.session_state.pop("opened_point", None):
    beta, seed, step = opened
    place = {"run": ladder.id, "beta": f"{beta:g}", "step": str(step), "seed": str(seed)}
    st.switch_page(components.PAGES / "collapse.py", query_params=place)
ladder_view.header(ladder, choose_seed=False)
rows = loading.judged_rungs(ladder)
if rows.empty:
    first = ladder.settings.seeds[0]
    if ladder_view.shown(ladder, first) is None:
        ladder_view.wait_for_first(ladder, first)
    components.empty_state("What the rungs of this ladder have kept cannot be read.")
means = summary(rows)
a, b = choose_two(ladder) if ladder.spec.labelled else (0.0, 0.0)
if not ladder.spec.labelled:
    st.info(f"{NO_LABELS} So there is no verdict on any β.")
elif {a, b} <= {*rows["beta"].tolist()}:
    step, whole = max(rows["step"].tolist()), ladder.settings.base.niter
    so_far = (
        f"Not all runs are finished: the figures are those of step {step:,} of {whole:,}, which "
        "all that have begun have come to, on the probe samples. They may change."
    )
    tell(ladder, compare(rows, a, b), "" if all(rows["scored"].tolist()) else so_far)
else:
    st.info(f"β = {a:g} and β = {b:g} can be compared as soon as both have begun.")
ladder_view.refresh_while_training(ladder)
recommended, betas = ladder.settings.recommended, sorted({*rows["beta"].tolist()})
begun = recommended if recommended in betas else betas[-1]
show(
    ladder_picture(rows, means, begun),
    "metrics of every β",
    key=f"ladder {ladder.id}",
    on_click=open_point,
)
of = "probe samples so far"
if rows["scored"].tolist()[0]:
    of = "test samples (the film's are of its probe samples, a part of them: they differ a little)"
several = len(ladder.settings.seeds) > 1
spread = "bars show the SD over seeds, faint lines single seeds, " if several else ""
labelled = ", ".join(words for words, uses in METRICS.values() if uses)
used = f"Anomaly labels are used for: {labelled}. " if ladder.spec.labelled else ""
st.caption(
    f"Numbers of the {of}; {spread}the dotted line is β = {begun:g}. Click a mark to open its film "
    "at that instant. With too small a β nothing is pulled in; with too large a one nothing is "
    f"left of the reconstruction. {used}‖x − x̂‖ and the variety of the reconstructions (how much "
    "they differ among themselves, as a share of how much the inputs do) need none."
)
with st.expander("The numbers"):
    ladder_view.show_table(rows)
