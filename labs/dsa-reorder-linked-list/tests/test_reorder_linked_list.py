import pytest
from linked import rearranged
from reorder_linked_list import reorder


@pytest.mark.task(1, concept="linked-list-pointers", misconception="The halves are cut or zipped at the wrong place.")
def test_an_even_list_is_interleaved():
    assert rearranged(reorder, [1, 2, 3, 4])["values"] == [1, 4, 2, 3]


@pytest.mark.task(1, concept="linked-list-pointers", misconception="The middle node of an odd list is lost.")
def test_an_odd_list_ends_with_its_middle():
    assert rearranged(reorder, [1, 2, 3, 4, 5])["values"] == [1, 5, 2, 4, 3]


@pytest.mark.task(1, concept="linked-list-pointers", misconception="next of None is read on short lists.")
def test_short_lists():
    assert rearranged(reorder, [])["values"] == []
    assert rearranged(reorder, [1])["values"] == [1]
    assert rearranged(reorder, [1, 2])["values"] == [1, 2]
    assert rearranged(reorder, [1, 2, 3])["values"] == [1, 3, 2]


@pytest.mark.task(1, concept="linked-list-pointers", misconception="The first half isn't ended with None at the cut.")
def test_the_list_still_ends():
    assert rearranged(reorder, [1, 2, 3, 4, 5, 6])["ends"]


@pytest.mark.task(1, concept="linked-list-pointers", misconception="New nodes are made or values are moved.")
def test_the_nodes_are_the_same():
    assert rearranged(reorder, ["a", "b", "a", "c"])["same_nodes"]
