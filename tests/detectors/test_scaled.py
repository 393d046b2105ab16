"""The scaled score: each member's term in its own spread among the samples trained on."""

import numpy as np
import pytest
import torch

from tests.detectors.test_toll_detector import samples, small
from toll.detectors.scaled import member_betas, scaled_score, spread_of, terms_of


def test_members_come_in_pairs_of_which_one_is_pulled():
    assert member_betas(100.0, 2) == [0.0, 100.0, 0.0, 100.0]
    assert member_betas(0.0, 2) == [0.0, 0.0]


def test_a_member_judges_by_its_error_without_the_pull_and_by_its_norm_with_it():
    errors, norms = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, 6.0], [7.0, 8.0]])
    assert terms_of(errors, norms, [0.0, 10.0]).tolist() == [[1.0, 2.0], [7.0, 8.0]]


def test_the_score_is_the_sum_of_terms_in_their_own_spread():
    terms = np.array([[1.0, 2.0, 3.0, 4.0, 5.0], [10.0, 20.0, 30.0, 40.0, 50.0]])
    spread = spread_of(terms)
    assert spread.median.tolist() == [3, 30] and spread.iqr.tolist() == [2, 20]
    assert scaled_score(np.array([[7.0], [30.0]]), spread).tolist() == [2.0]


def test_units_of_a_term_do_not_count():
    terms = np.random.default_rng(0).random((2, 50))
    units = np.array([[1000.0], [0.001]])
    expected = scaled_score(terms, spread_of(terms))
    assert scaled_score(units * terms, spread_of(units * terms)) == pytest.approx(expected)


def test_terms_that_are_all_equal_are_their_own_unit():
    spread = spread_of(np.array([[2.0, 2.0, 2.0], [0.0, 0.0, 0.0]]))
    assert spread.iqr.tolist() == [2, 1]
    assert scaled_score(np.array([[4.0], [3.0]]), spread).tolist() == [4.0]


def test_a_detector_scores_tables_so_by_the_stored_weights():
    x = samples(n=80)
    detector = small(contamination=0.1, n_pairs=1).fit(x)
    assert detector.score_rule_ == "scaled" and detector._betas == [0.0, 100.0]
    standard = torch.from_numpy((x - detector._mean) / detector._scale)
    terms = []
    for weights, pulled in zip(detector._weights, (False, True), strict=True):
        model = detector._builder()().double()
        model.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
        with torch.inference_mode():
            z, x_hat = model(standard)
        terms.append((z if pulled else standard - x_hat).norm(dim=1).numpy())
    by_hand = sum(
        (term - np.median(term)) / np.subtract(*np.quantile(term, (0.75, 0.25))) for term in terms
    )
    assert -detector.score_samples(x) == pytest.approx(by_hand)


def test_a_pair_starts_from_the_same_weights_and_pairs_from_others():
    detector = small(lr=1e-8, niter=1).fit(samples())
    first = [next(iter(weights.values())) for weights in detector._weights]
    assert first[0] == pytest.approx(first[1], abs=1e-7)
    assert np.abs(first[0] - first[2]).max() > 0.01


def test_without_a_pull_only_errors_are_scored():
    detector = small(beta=0).fit(samples())
    assert detector._betas == [0.0, 0.0] and np.isfinite(detector.score_samples(samples())).all()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"score_rule": "best"}, "score_rule is 'best'; valid are auto, scaled, published"),
        ({"n_pairs": 0}, "n_pairs is 0; it must be an integer of at least 1"),
    ],
)
def test_a_rule_that_cannot_be_is_named_with_those_that_can(changes, said):
    with pytest.raises(ValueError, match=said):
        small(**changes).fit(samples())


def test_images_are_scored_as_published_and_not_scaled():
    images = samples((1, 8, 8))
    assert small().fit(images).score_rule_ == "published"
    with pytest.raises(ValueError, match="'scaled', which is for tables"):
        small(score_rule="scaled").fit(images)
