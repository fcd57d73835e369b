"""What the harness gives a test, and what it tells the learner."""

GOOD = """
    class KeyMissingError(KeyError):
        def __init__(self, key):
            super().__init__(key)
            self.key = key

    class Cache:
        def __init__(self, size):
            self.size = size
            self.data = {}

        def put(self, key, value):
            self.data[key] = value

        def get(self, key):
            if key not in self.data:
                raise KeyMissingError(key)
            return self.data[key]

        def __len__(self):
            return len(self.data)

        def __contains__(self, key):
            return key in self.data

        def __iter__(self):
            return iter(self.data)

        def __enter__(self):
            return self

        def __exit__(self, *error):
            self.data.clear()

        def each(self, function):
            return [function(key) for key in self.data]

    def add(a, b):
        return a + b
"""


def test_proxies_do_what_tests_need(lab):
    lab.write({"code/cache.py": GOOD, "tests/test_a.py": """
        import pytest
        from cache import Cache, KeyMissingError, add

        def test_values():
            for value in [None, True, 1, 2**80, 1.5, "é\\ud800", b"\\x00\\xff", [1, [2]], (1, "a"), {"a": (1,)}, {1, 2},
                          frozenset({3}), {(1, 2): [3]}]:
                cache = Cache(3)
                cache.put("k", value)
                back = cache.get("k")
                assert back == value and type(back) is type(value)
            assert add(1, b=2) == 3

        def test_protocols():
            with Cache(2) as cache:
                cache.put("a", 1)
                assert len(cache) == 1 and "a" in cache and "b" not in cache
                assert list(cache) == ["a"] and cache.size == 2
                cache.size = 5
                assert cache.size == 5
            assert len(cache) == 0

        def test_exceptions():
            with pytest.raises(KeyMissingError) as caught:
                Cache(1).get("x")
            assert caught.value.key == "x"
            with pytest.raises(KeyError):
                Cache(1).get("x")
            with pytest.raises(TypeError):
                add(1)

        def test_callbacks():
            cache = Cache(1)
            cache.put("a", 1)
            assert cache.each(str.upper) == ["A"]

        def test_objects_are_equal_to_themselves_only():
            cache = Cache(1)
            assert cache == cache and cache != Cache(1) and cache != 1

        def test_isolation():
            from cache import Cache as again
            assert again(1).data == {}
    """})
    result = lab.submit()
    assert {name: event["message"] for name, event in result.finished.items() if event["status"] != "pass"} == {}
    assert len(result.finished) == 6 and result.ended
    assert {n: e["message"] for n, e in lab.test().finished.items() if e["status"] != "pass"} == {}


def test_marks_become_weights_and_names_become_sentences(lab):
    lab.write({"code/a.py": "x = 1", "tests/test_a.py": """
        import pytest

        @pytest.mark.task(2, weight=3, concept="lru-order", misconception="Because.")
        def test_the_oldest_entry_goes():
            pass

        def test_documented():
            \"\"\"A sentence of its own.\"\"\"
    """})
    first, second = lab.submit().collected
    assert first == {"id": "tests/test_a.py::test_the_oldest_entry_goes", "name": "the oldest entry goes",
                     "visibility": "visible", "task_id": 2, "weight": 3, "concept": "lru-order",
                     "misconception": "Because."}  # fmt: skip
    assert second["name"] == "A sentence of its own." and second["weight"] == 1


def test_a_visible_failure_explains_and_a_hidden_one_keeps_its_secret(lab):
    test = """
        from a import answer

        def test_value():
            assert answer(20) == 4711
    """
    lab.write({"code/a.py": "def answer(n):\n    print('working')\n    return n + 1\n", "tests/test_a.py": test,
               "hidden/test_b.py": test.replace("test_value", "test_secret")})
    result = lab.submit()
    assert "21 == 4711" in result.message("test_value").replace("assert ", "")
    assert result.finished["test_value"]["output"] == "working\n"
    assert "4711" in result.finished["test_value"]["test_code"]
    secret = result.finished["test_secret"]
    assert (secret["status"], secret["message"], secret["test_code"], secret["output"]) == ("fail", "", "", "")
    assert "4711" not in str([event for event in result.events if "test_secret" in str(event)])


def test_an_error_names_the_learners_line(lab):
    lab.write({"code/a.py": "def inner():\n    return 1 / 0\n\ndef outer():\n    return inner()\n",
               "tests/test_a.py": "from a import outer\n\ndef test_it():\n    assert outer() == 1\n"})
    for result in (lab.submit(), lab.test()):
        assert "ZeroDivisionError" in result.message("test_it")
        assert "a.py:2 in inner" in result.message("test_it")


def test_code_that_cannot_be_imported_fails_every_test_and_says_where(lab):
    lab.write({"code/a.py": "def f(:\n    pass\n", "tests/test_a.py": """
        import pytest
        from a import f

        @pytest.mark.task(1, weight=5)
        def test_one():
            assert f() == 1

        def test_two():
            assert f() == 1
    """})
    for result in (lab.test(), lab.submit()):
        assert [test["weight"] for test in result.collected] == [5, 1]
        assert [event["status"] == "pass" for event in result.finished.values()] == [False, False]
        assert "a.py" in result.message("test_one") and "SyntaxError" in result.message("test_one")


def test_a_missing_function_is_named(lab):
    lab.write({"code/a.py": "x = 1\n", "tests/test_a.py": "from a import f\n\ndef test_it():\n    assert f(1) == 1\n"})
    assert "a.py defines no 'f'" in lab.submit().message("test_it")


def test_parametrised_tests_have_ids_of_their_own(lab):
    lab.write({"code/a.py": "def f(n):\n    return n\n", "tests/test_a.py": """
        import pytest
        from a import f

        @pytest.mark.parametrize("n", [1, 2])
        def test_it(n):
            assert f(n) == 1
    """})
    result = lab.submit()
    assert (result.status("test_it[1]"), result.status("test_it[2]")) == ("pass", "fail")


def test_threads_left_running_do_not_hold_up_the_end(lab):
    lab.write({"code/a.py": "import threading, time\ndef f():\n    threading.Thread(target=time.sleep, args=(60,)).start()\n"
               "    return 1\n", "tests/test_a.py": "from a import f\n\ndef test_it():\n    assert f() == 1\n"})
    assert lab.submit().status("test_it") == "pass"
    assert lab.test().status("test_it") == "pass"
