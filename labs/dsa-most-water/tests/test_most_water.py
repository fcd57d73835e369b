import pytest
from most_water import best_link


@pytest.mark.task(
    1, concept="two-pointers", misconception="The strongest two stations are taken, whatever their distance."
)
def test_distance_and_the_weaker_station_count():
    assert best_link([1, 8, 6, 2, 5, 4, 8, 3, 7]) == 49


@pytest.mark.task(1, concept="two-pointers", misconception="Distance is counted in stations, not in steps.")
def test_neighbours_are_one_apart():
    assert best_link([4, 4]) == 4


@pytest.mark.task(1, concept="array-costs", misconception="One or no station is indexed out of range.")
def test_fewer_than_two_stations_have_no_link():
    assert best_link([]) == 0
    assert best_link([5]) == 0


@pytest.mark.task(1, concept="two-pointers", misconception="The stronger end is dropped instead of the weaker.")
def test_the_inner_pair_may_win():
    assert best_link([1, 1, 50, 50, 1, 1]) == 50
    assert best_link([1, 20, 1, 1, 30, 2]) == 60


@pytest.mark.task(1, concept="two-pointers", misconception="A station without capacity ends the search.")
def test_stations_without_capacity_carry_nothing():
    assert best_link([0, 0, 0]) == 0
    assert best_link([0, 2, 0, 2, 0]) == 4
