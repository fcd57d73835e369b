import pytest
from task_cooldown import least_slots


@pytest.mark.task(1, concept="heap-invariant", misconception="Idle slots after the last call are counted.")
def test_the_last_row_is_not_filled_up():
    assert least_slots(["a", "a", "a", "b", "b", "b"], 2) == 8
    assert least_slots(["a", "a", "a"], 2) == 7


@pytest.mark.task(1, concept="heap-invariant", misconception="Other tenants don't fill the gaps.")
def test_different_tenants_need_no_idle_slots():
    assert least_slots(["a", "b", "c"], 5) == 3
    assert least_slots(list("aaabbbccd"), 2) == 9


@pytest.mark.task(1, concept="queue-and-deque", misconception="A cooldown of zero still leaves a gap.")
def test_no_cooldown_means_no_gap():
    assert least_slots(["a", "a", "b"], 0) == 3


@pytest.mark.task(
    1, concept="heap-invariant", misconception="The frame of the leaders is taken although more calls exist."
)
def test_many_tenants_can_outgrow_the_frame():
    assert least_slots(list("aabbccddee"), 1) == 10


@pytest.mark.task(1, concept="queue-and-deque", misconception="An empty batch is an error.")
def test_an_empty_batch_takes_no_slot():
    assert least_slots([], 3) == 0
