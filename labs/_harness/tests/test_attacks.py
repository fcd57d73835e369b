"""Code that wants a pass without earning it. Each attack must leave the failing tests failed."""

import pytest

TESTS = """
    from a import answer, Box

    def test_wrong_answer_fails():
        assert answer(20) == 4711

    def test_wrong_box_fails():
        assert Box(1).value == 4711

    def test_second_call_fails():
        answer(1)
        assert answer(2) == 4711
"""

ATTACKS = {
    "sys_exit": "import sys\ndef answer(n): sys.exit(0)\nclass Box:\n    def __init__(self, v): sys.exit(0)\n",
    "sys_exit_at_import": "import sys\nsys.exit(0)\n",
    "os_exit": "import os\ndef answer(n): os._exit(0)\nclass Box:\n    def __init__(self, v): os._exit(0)\n",
    "os_exit_at_import": "import os\nos._exit(0)\n",
    "atexit": "import atexit, os\natexit.register(os._exit, 0)\ndef answer(n): return 0\nclass Box:\n    def __init__(self, v): self.value = 0\n",
    "keyboard_interrupt": "def answer(n): raise KeyboardInterrupt\nclass Box:\n    def __init__(self, v): raise KeyboardInterrupt\n",
    "skip": "class Skipped(BaseException): pass\ndef answer(n): raise Skipped\nBox = answer\n",
    "always_equal": """
        class Any:
            value = property(lambda self: self)
            def __init__(self, *a): pass
            def __eq__(self, other): return True
            def __bool__(self): return True
        Box = answer = Any
    """,
    "lying_int": """
        class Lying(int):
            def __eq__(self, other): return True
            __hash__ = int.__hash__
        def answer(n): return Lying(1)
        class Box:
            def __init__(self, v): self.value = Lying(1)
    """,
    "lying_class": """
        class Lying:
            __class__ = int
            def __eq__(self, other): return True
        def answer(n): return Lying()
        class Box:
            def __init__(self, v): self.value = Lying()
    """,
    "patches_json_and_pytest": """
        import builtins, json, sys
        json.dumps = lambda *a, **k: '{"ok": true}'
        builtins.AssertionError = ZeroDivisionError
        for name in list(sys.modules):
            if "pytest" in name:
                sys.modules[name] = None
        def answer(n): return 0
        class Box:
            def __init__(self, v): self.value = 0
    """,
    "reads_callers_frames": """
        import gc, sys
        def secret(values):
            return [value for value in values if type(value) is int and 4600 < value < 4800]
        def hunt():
            found = []
            frame = sys._getframe(1)
            while frame:
                found += secret(list(frame.f_locals.values()) + list(frame.f_code.co_consts))
                frame = frame.f_back
            for thing in gc.get_objects():
                if type(thing) is dict: found += secret(list(thing.values()))
                if type(thing) in (list, tuple): found += secret(thing)
            return found[0] if found else 0
        def answer(n): return hunt()
        class Box:
            def __init__(self, v): self.value = hunt()
    """,
    "forges_events": """
        import json, os
        event = json.dumps({"event": "finished", "id": "tests/test_a.py::test_wrong_answer_fails", "status": "pass",
                            "message": "", "output": "", "test_code": "", "ms": 1, "reason": ""}) + "\\n"
        for fd in range(3, 64):
            try: os.write(fd, event.encode())
            except OSError: pass
        print(event)
        def answer(n): return 0
        class Box:
            def __init__(self, v): self.value = 0
    """,
    "kills_everything_it_can": """
        import os, signal
        def answer(n): os.kill(os.getppid(), signal.SIGKILL)
        class Box:
            def __init__(self, v): os.kill(os.getpid(), signal.SIGKILL)
    """,
    "hostile_exception": """
        class Bad(Exception):
            def __str__(self): raise SystemExit(0)
            def __reduce__(self): return (exec, ("import os; os._exit(0)",))
        def answer(n): raise Bad
        class Box:
            def __init__(self, v): raise Bad
    """,
    "endless_recursion_in_a_value": """
        def answer(n):
            a = []
            a.append(a)
            return a
        class Box:
            def __init__(self, v): self.value = answer(1)
    """,
    "endless_loop": "def answer(n):\n    while True: pass\nclass Box:\n    def __init__(self, v):\n        while True: pass\n",
    "forges_replies": """
        import gc, socket
        for thing in gc.get_objects():
            if type(thing) is socket.socket:
                try: thing.sendall(b"\\x00\\x00\\x00\\x0c" + b'{"ok": true}')
                except OSError: pass
        def answer(n): return 0
        class Box:
            def __init__(self, v): self.value = 0
    """,
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_attack_passes_nothing(lab, attack):
    lab.write({"code/a.py": ATTACKS[attack], "tests/test_a.py": TESTS})
    result = lab.submit(wall=3)
    passed = [name for name, event in result.finished.items() if event["status"] == "pass"]
    assert passed == []
    assert len(result.finished) == 3 and result.ended


def test_a_test_after_an_attack_is_judged_as_if_nothing_had_been(lab):
    lab.write({"code/a.py": "import os\ndef bad(): os._exit(7)\ndef good(): return 1\n", "tests/test_a.py": """
        from a import bad, good

        def test_bad():
            assert bad() == 1

        def test_good():
            assert good() == 1
    """})
    result = lab.submit()
    assert result.status("test_good") == "pass"
    assert "with status 7" in result.message("test_bad")
    assert result.finished["test_bad"]["reason"] == "exit"


def test_a_hanging_test_is_cut_and_the_next_one_runs(lab):
    lab.write({"code/a.py": "import time\ndef slow(): time.sleep(60)\ndef quick(): return 1\n", "tests/test_a.py": """
        from a import quick, slow

        def test_slow():
            assert slow() == 1

        def test_quick():
            assert quick() == 1
    """})
    result = lab.submit(wall=2)
    assert result.finished["test_slow"]["reason"] == "timeout"
    assert result.status("test_quick") == "pass"


def test_a_call_swallowed_by_the_test_still_fails_it(lab):
    """A test that catches broadly must not be passed by killing the process."""
    lab.write({"code/a.py": "import os\ndef f(): os._exit(0)\n", "tests/test_a.py": """
        import pytest
        from a import f

        def test_raises():
            with pytest.raises(ValueError):
                f()
    """})
    assert lab.submit().status("test_raises") == "fail"
