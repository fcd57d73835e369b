import pytest
from cases import parse_shapes, parsed, problems
from complexity import work_exponent


def paths(found):
    return [path for path, _ in found]


@pytest.mark.task(5, weight=2, concept="type-hints-at-runtime", misconception="The ends of the range, or the order of annotations, are wrong.")
def test_ranges_are_checked_where_they_stand():
    assert parsed("ranged", [1, 8]) == [1, 8]
    found = problems("ranged", [0, 1, 9, "4", True])
    assert paths(found) == ["[0]", "[2]", "[3]", "[4]"]
    assert "1 to 8" in found[0][1]


@pytest.mark.task(5, concept="generics-and-protocols", misconception="A range inside a union is lost.")
def test_range_inside_a_union():
    assert parsed("ranged or text", "x") == "x"
    assert parsed("ranged or text", 1) == 1.0
    assert paths(problems("ranged or text", 1.5)) == [""]


@pytest.mark.task(6, weight=3, concept="generics-and-protocols", misconception="The argument of the generic class does not reach its fields.")
def test_generic_classes_are_parsed_with_their_argument():
    page = parsed("page of points", {"items": [{"x": 1}], "next": "b"})
    assert page == {"class": "Page", "items": [{"class": "Point", "x": 1.0, "y": 0.0}], "next": "b"}
    assert parsed("page of ints", {"items": [1]})["items"] == [1]
    assert paths(problems("page of ints", {"items": [1, {"x": 1}]})) == ["items[1]"]
    assert paths(problems("page of points", {"items": [1, {"x": 1}]})) == ["items[0]"]


@pytest.mark.task(7, weight=2, concept="type-hints-at-runtime", misconception="Hints are resolved for each object, or the list of problems is copied.")
def test_work_is_linear():
    assert parse_shapes([1, 2, 3]) == 3
    assert work_exponent(parse_shapes, [list(range(20))], [list(range(160))]) < 1.3
