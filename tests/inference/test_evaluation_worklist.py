"""`simulate`: reading rules counted right by hand and by brute force, on assumed readers and on real ones."""

import json
from itertools import permutations

import numpy as np
import pytest

from inference.evaluation import metrics
from inference.evaluation.worklist.cli import main
from inference.evaluation.worklist.readers import Chances, assumed, real
from inference.evaluation.worklist.rules import Rule, usual
from inference.evaluation.worklist.simulate import Worklist, simulate
from tests.inference.conftest import SHARED
from tests.inference.test_evaluation_predictions import files, labels, predictions  # noqa: F401 - a fixture
from tests.inference.test_evaluation_study import study  # noqa: F401 - a fixture


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    """Intervals by fifty draws."""
    monkeypatch.setattr(metrics, "RESAMPLES", 50)


def test_chances_of_real_readers_are_those_of_every_triple_that_could_be_drawn():
    recalls = np.random.default_rng(0).random((5, 30)) < 0.4
    found, triples = real(recalls), list(permutations(range(5), 3))
    first, second, third = (recalls[[t[k] for t in triples]] for k in range(3))
    assert found.one == pytest.approx(first.mean(axis=0))
    assert found.both == pytest.approx((first & second).mean(axis=0))
    assert found.differ == pytest.approx((first ^ second).mean(axis=0))
    assert found.settled == pytest.approx(np.where(first == second, first, third).mean(axis=0))


def test_assumed_readers_are_real_ones_in_the_limit_of_many():
    rng = np.random.default_rng(1)
    found = real(rng.random((4000, 1)) < 0.7)
    wanted = assumed(np.array([True]), 0.7, 0.9)
    for name in ("one", "both", "differ", "settled"):
        assert getattr(found, name) == pytest.approx(getattr(wanted, name), abs=0.03)


def ten():
    """Ten exams in order of the model's score; the last two have cancer; one reader in two recalls each exam."""
    half = np.full(10, 0.5)
    chances = Chances(half, half / 2, half, half)
    return Worklist(np.arange(10) >= 8, np.arange(10.0), chances, [str(n) for n in range(10)])


def amounts(worklist, rule):
    [outcome] = simulate(worklist, {rule.name: rule})
    return {amount.name: amount.value for amount in outcome.amounts}


@pytest.mark.parametrize(
    ("name", "readings", "found", "recalls"),
    [
        ("double", 2500, 100, 500),  # every second pair differs and needs a third reader
        ("single", 1000, 100, 500),
        ("triage", 0.7 * 2500, 100, 350),  # three of ten cleared, none of them a cancer
        ("masai", 900 + 250, 100, 500),
        # the model recalls the top exam: there half of the single readers disagree, elsewhere half as well
        ("second", 1500, 1000 * (0.75 + 0.25) / 10, 1000 * (0.75 + 9 * 0.25) / 10),
    ],
)
def test_rules_count_readings_cancers_and_recalls(name, readings, found, recalls):
    told = amounts(ten(), usual()[name])
    assert told["readings"] == pytest.approx(readings)
    assert told["cancers found"] == pytest.approx(found)
    assert told["cancers missed"] == pytest.approx(200 - found)
    assert told["recalls"] == pytest.approx(recalls)
    assert told["share of recalls with cancer"] == pytest.approx(found / recalls)
    if name != "double":
        assert told["readings, against double"] == pytest.approx(readings - 2500)


def test_triage_misses_the_cancers_that_it_clears():
    worklist = ten()
    told = amounts(worklist, usual(clear=0.9)["triage"])
    assert told["cancers found"] == pytest.approx(50) and told["readings"] == pytest.approx(250)


def test_a_rule_of_ones_own_is_read_and_a_wrong_one_refused():
    assert amounts(ten(), Rule.of("mine=0:0,0.5:1,0.9:2"))["readings"] == pytest.approx(400 + 250)
    for wrong in ("mine", "mine=0.1:1", "mine=0:1,0.9:3", "mine=0:1,0.5:2,0.5:1", "mine=0:1,1:2"):
        with pytest.raises(ValueError, match="rule"):
            Rule.of(wrong)


def test_weighing_to_a_prevalence_moves_counts_and_ranks_but_not_what_a_reader_does():
    worklist = ten()
    rare = Worklist(worklist.truth, worklist.score, worklist.chances, worklist.patients, prevalence=0.01)
    told = amounts(rare, usual()["single"])
    assert told["cancers found"] == pytest.approx(5) and told["cancers missed"] == pytest.approx(5)
    # the top tenth by weight is now one of the healthy eight and both cancers
    assert amounts(rare, usual()["masai"])["readings"] == pytest.approx(1000 + 1500 * 0.01)


def test_exams_of_one_score_are_treated_alike():
    worklist = ten()
    tied = Worklist(worklist.truth, np.zeros(10), worklist.chances, worklist.patients)
    assert amounts(tied, usual()["masai"])["readings"] == pytest.approx(1000)


def test_intervals_hold_the_value_and_widen_with_chance():
    outcomes = simulate(ten(), usual())
    for outcome in outcomes:
        for amount in outcome.amounts:
            assert amount.low <= amount.value <= amount.high
    [found] = [a for a in outcomes[0].amounts if a.name == "cancers found"]
    assert found.high - found.low > 50


def test_what_cannot_be_simulated_is_refused():
    with pytest.raises(ValueError, match="three readers"):
        real(np.ones((2, 4), bool))
    with pytest.raises(ValueError, match="without a cancer"):
        worklist = ten()
        simulate(Worklist(~np.ones(10, bool), worklist.score, worklist.chances, worklist.patients), usual())
    with pytest.raises(ValueError, match="between 0 and 1"):
        assumed(np.ones(2, bool), 1.2, 0.9)


def test_the_command_simulates_a_study_and_says_what_it_assumed(study, capsys):  # noqa: F811
    assert main(["--scores", str(study), "--model", "AI_a", "--recall-at", "0.5", "--rule", "mine=0:0,0.5:2"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("60 exams") and "\nmasai\n" in told and "\nmine\n" in told
    assert "do not sway the readers" in told


def test_the_command_simulates_predictions_with_assumed_readers(files, tmp_path, capsys):  # noqa: F811
    out = tmp_path / "work.json"
    arguments = [*files(), "--reader", "0.85", "0.95", "--prevalence", "0.006", "--json", str(out)]
    assert main(arguments) == 0
    told = json.loads(out.read_text())
    assert told["prevalence"] == 0.006 and {rule["n"] for rule in told["rules"]} == {40}
    assert "0.60% have cancer" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "said"),
    [(["--model", "AI*"], "names 2 columns"), (["--exam", "study"], "no column study"), (["--model", "AI_a", "--rule", "x"], "rule 'x'"),
     (["--model", "AI_a", "--readers", "Reader1"], "three readers"), (["--model", "AI_a", "--prevalence", "2"], "prevalence")],
)  # fmt: skip
def test_the_command_says_in_one_line_what_is_wrong(study, capsys, more, said):  # noqa: F811
    assert main(["--scores", str(study), *more]) == 2
    told = capsys.readouterr().err
    assert said in told and told.count("\n") == 1


def test_predictions_without_readers_are_told_to_bring_some(files, capsys):  # noqa: F811
    assert main(files()) == 2
    assert "--reader SENSITIVITY SPECIFICITY" in capsys.readouterr().err


def test_the_nyu_studys_real_readers_run_through_every_rule(capsys):
    path = SHARED / "reader-study" / "results.csv"
    if not path.is_file():
        pytest.skip("../shared/data/reader-study is not here")
    assert main(["--scores", str(path), "--exam", "case_ID", "--model", "AI_GMIC_top5_POM", "--json"]) == 0
    rules = {
        r["rule"]: {a["name"]: a["value"] for a in r["amounts"]} for r in json.loads(capsys.readouterr().out)["rules"]
    }
    assert rules["single"]["readings"] == pytest.approx(1000)
    assert 2000 < rules["double"]["readings"] < 2500
    assert 1000 < rules["masai"]["readings"] < 1300 < rules["triage"]["readings"] < rules["double"]["readings"]
    for told in rules.values():
        assert told["cancers found"] + told["cancers missed"] == pytest.approx(1000 * 60 / 720)
