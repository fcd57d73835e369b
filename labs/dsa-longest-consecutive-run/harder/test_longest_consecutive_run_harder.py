import random

import pytest
from complexity import replay, work_exponent
from longest_consecutive_run import RunTracker


def calls(ids):
    return [["add", number] for number in ids]


@pytest.mark.task(2, concept="hash-map-design", misconception="An id that joins two runs extends only one of them.")
def test_an_id_joins_the_runs_beside_it():
    assert replay(RunTracker, [], calls([1, 2, 4, 5, 5, 3])) == [1, 2, 2, 2, 2, 5]


@pytest.mark.task(2, weight=2, concept="hash-map-design", misconception="The ends of a merged run are not updated.")
def test_random_streams_agree_with_computing_anew():
    rng = random.Random(9)
    for _ in range(30):
        ids = [rng.randrange(-20, 20) for _ in range(60)]
        expected = []
        for count in range(1, len(ids) + 1):
            present = set(ids[:count])
            lengths = []
            for start in present:
                end = start
                while end in present:
                    end += 1
                lengths.append(end - start)
            expected.append(max(lengths))
        assert replay(RunTracker, [], calls(ids)) == expected


@pytest.mark.task(2, weight=3, concept="hash-map-cost", misconception="Each call walks along the run.")
def test_a_call_costs_the_same_on_a_long_run():
    small, large = ([RunTracker, [], calls(range(count))] for count in (150, 1200))
    assert work_exponent(replay, small, large) < 1.3
