import pytest
from cycle_entry import cycle_entry
from linked import entry_position


@pytest.mark.task(1, concept="linked-list-pointers", misconception="The meeting place is returned, not the entry.")
def test_the_entry_is_found_after_a_tail():
    assert entry_position(cycle_entry, ["a", "b", "c", "d"], 1) == 1
    assert entry_position(cycle_entry, list(range(10)), 7) == 7


@pytest.mark.task(1, concept="linked-list-pointers", misconception="A loop without a tail isn't considered.")
def test_the_head_may_be_the_entry():
    assert entry_position(cycle_entry, ["a", "b", "c"], 0) == 0


@pytest.mark.task(1, concept="linked-list-pointers", misconception="A node that leads to itself isn't considered.")
def test_a_node_may_lead_to_itself():
    assert entry_position(cycle_entry, ["a"], 0) == 0
    assert entry_position(cycle_entry, ["a", "b", "c"], 2) == 2


@pytest.mark.task(1, concept="linked-list-pointers", misconception="next of None is read where the chain ends.")
def test_a_chain_that_ends_has_no_entry():
    for count in range(5):
        assert entry_position(cycle_entry, list(range(count)), -1) is None


@pytest.mark.task(1, concept="linked-list-pointers", misconception="Values are compared, not nodes.")
def test_equal_values_are_not_a_loop():
    assert entry_position(cycle_entry, ["a", "a", "a"], -1) is None
    assert entry_position(cycle_entry, ["a", "b", "a", "b"], 2) == 2
