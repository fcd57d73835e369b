"""The commands as scripts use them: exit codes, JSON, files."""

import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import time

import bank
import pytest
import small_encoder
from platform_under_test import BINARY, ROOT, Server, groundwork

COMMANDS = ["next", "status", "plan", "module show", "quiz take", "quiz review", "lab start", "lab test", "lab submit",
            "facts export", "facts import", "backup", "content check", "content new", "content index", "serve", "completion", "tokens"]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_examples(command):
    done = groundwork(*command.split(), "--help")
    assert done.code == 0
    assert "Examples:" in done.out and f"groundwork {command.split()[0]}" in done.out


def test_wrong_arguments_are_exit_2():
    assert groundwork("lab", "start").code == 2
    assert groundwork("nonsense").code == 2
    assert groundwork("plan", "--pace", "13").code == 2


def test_unknown_names_are_exit_3_with_a_suggestion(data):
    done = groundwork("module", "show", "cache-desing", data=data)
    assert done.code == 3 and "did you mean 'cache-design'?" in done.err
    done = groundwork("lab", "start", "three-sum", data=data)
    assert done.code == 3 and "dsa-three-sum" in done.err


def test_plan_becomes_a_calendar(data):
    assert groundwork("plan", data=data).code == 4
    done = groundwork("plan", "--pace", "12", "--hours", "10", "--start", "2026-11-30", "--json", data=data)
    assert done.code == 0 and len(done.json["weeks"]) == 12
    hours = done.json["split"]
    assert sum(hours.values()) == pytest.approx(10)
    calendar = groundwork("plan", "--ics", data=data).out
    assert calendar.startswith("BEGIN:VCALENDAR") and "\r\n" not in calendar.replace("\r\n", "")


def test_quiz_is_scriptable(data, tmp_path):
    answers = {ident: bank.right(item) for ident, item in bank.items("python-typed-models").items()}
    file = tmp_path / "answers.json"
    file.write_text(json.dumps(answers))
    done = groundwork("quiz", "take", "python-typed-models", "--answers", str(file), "--seed", "5", "--json", data=data)
    assert done.code == 0, done.err
    assert done.json["score"]["percent"] == 100 and done.json["seed"] == 5
    again = groundwork("quiz", "take", "python-typed-models", "--answers", str(file), data=data)
    assert again.code == 4 and "lab" in again.err.lower()


def test_quiz_that_is_not_passed_is_exit_1(data, tmp_path):
    answers = {ident: bank.wrong(item) for ident, item in bank.items("python-typed-models").items()}
    (tmp_path / "answers.json").write_text(json.dumps(answers))
    done = groundwork("quiz", "take", "python-typed-models", "--answers", str(tmp_path / "answers.json"), data=data)
    assert done.code == 1
    assert groundwork("next", "--json", data=data).json["kind"] != "quiz"


def test_missing_answers_leave_the_quiz_open(data, tmp_path):
    (tmp_path / "answers.json").write_text("{}")
    done = groundwork("quiz", "take", "python-typed-models", "--answers", str(tmp_path / "answers.json"), data=data)
    assert done.code == 2 and "no answer for" in done.err


def test_lab_from_start_to_submission(data, tmp_path):
    work = str(tmp_path / "work")
    started = groundwork("lab", "start", "typed-models", "--dir", work, "--json", data=data)
    assert started.code == 0 and started.json["git"] is True
    log = subprocess.run(["git", "log", "--oneline"], cwd=work, capture_output=True, text=True, check=True).stdout
    assert len(log.splitlines()) == 1
    names = {str(path.relative_to(work)) for path in pathlib.Path(work).rglob("*.py")}
    assert {"validation.py", "models.py", "cases.py", "tests/test_typed_models.py"} <= names
    assert not any("hidden" in name for name in names)
    assert pathlib.Path(work, "TASK.md").read_text().startswith("# ")
    assert groundwork("lab", "start", "typed-models", "--dir", work, data=data).code == 4

    assert groundwork("lab", "test", cwd=work, data=data).code == 1
    failed = groundwork("lab", "submit", "--json", cwd=work, data=data)
    assert failed.code == 1 and failed.json["status"] == "fail"
    for name, text in bank.lab_files("typed-models", "solution").items():
        pathlib.Path(work, name).write_text(text)
    tested = groundwork("lab", "test", "--json", cwd=work, data=data)
    assert tested.code == 0 and tested.json["version"] == 3
    assert {"name", "status", "message", "output", "test_code", "task_id"} == set(tested.json["tests"][0])
    passed = groundwork("lab", "submit", cwd=work, data=data)
    assert passed.code == 0 and "Recorded" in passed.out
    state = next(m for m in groundwork("status", "--json", data=data).json["modules"] if m["module_id"] == "python-typed-models")
    assert state["labs_passed"] is True


def test_locked_lab_is_graded_and_not_recorded(data, tmp_path):
    work = tmp_path / "cache"
    work.mkdir()
    for name, text in bank.lab_files("thread-safe-cache", "solution").items():
        (work / name).write_text(text)
    done = groundwork("lab", "submit", "thread-safe-cache", "--dir", str(work), data=data)
    assert done.code == 0 and "not recorded" in done.err
    assert groundwork("status", "--json", data=data).json["facts"] == 0


def test_facts_survive_export_and_import(data, tmp_path):
    groundwork("plan", "--pace", "16", data=data)
    (tmp_path / "answers.json").write_text(json.dumps({i: bank.right(q) for i, q in bank.items("python-typed-models").items()}))
    groundwork("quiz", "take", "python-typed-models", "--answers", str(tmp_path / "answers.json"), data=data)
    exported = groundwork("facts", "export", data=data).out
    other = str(tmp_path / "other")
    done = groundwork("facts", "import", "-", data=other, stdin=exported)
    assert done.code == 0
    before, after = (groundwork("status", "--json", data=folder).json for folder in (data, other))
    for value in (before, after):
        value.pop("as_of")
    assert before == after
    again = groundwork("facts", "import", "-", "--json", data=other, stdin=exported).json
    assert again["facts"] == again["already"] > 0


def test_wrong_line_imports_nothing(data):
    good = '{"learner":"me","id":"profile.set:1","kind":"profile.set","version":1,"at":"2026-11-23T10:00:00Z","data":{"pace_weeks":12,"hours_per_week":10,"start_on":"2026-11-23"}}'
    for wrong in ("{", good.replace('"pace_weeks":12', '"pace_weeks":13').replace("set:1", "set:2"), '{"kind":"x"}'):
        done = groundwork("facts", "import", "-", data=data, stdin=f"{good}\n{wrong}\n")
        assert done.code == 2 and "line 2" in done.err, done.err
    assert groundwork("status", "--json", data=data).json["facts"] == 0


def test_backup_is_a_whole_ledger(data, tmp_path):
    groundwork("plan", "--pace", "16", data=data)
    copy = tmp_path / "restored" / "ledger.db"
    copy.parent.mkdir()
    assert groundwork("backup", str(copy), data=data).code == 0
    assert groundwork("status", "--json", data=str(copy.parent)).json["facts"] == 1
    with sqlite3.connect(copy) as database:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)


def test_second_server_and_used_port_are_one_sentence(data):
    with Server(data=data) as running:
        second = groundwork("serve", "--port", "0", data=data)
        port = running.base.rsplit(":", 1)[1]
        taken = groundwork("serve", "--port", port, data=data + "2")
    for done in (second, taken):
        assert done.code == 5 and len(done.err.strip().splitlines()) == 1, done.err
    assert port in taken.err


def test_corrupt_ledger_is_one_sentence_and_left_alone(data):
    folder = pathlib.Path(data)
    folder.mkdir()
    (folder / "ledger.db").write_bytes(b"this is no database" * 1000)
    done = groundwork("status", data=data)
    assert done.code == 5 and len(done.err.strip().splitlines()) == 1
    assert (folder / "ledger.db").read_bytes().startswith(b"this is no database")


def test_data_folder_that_is_a_file_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("x")
    done = groundwork("status", data=str(tmp_path / "file"))
    assert done.code in (2, 5) and len(done.err.strip().splitlines()) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_read_only_data_folder_is_one_sentence(tmp_path):
    tmp_path.chmod(0o500)
    done = groundwork("status", data=str(tmp_path / "data"))
    assert done.code == 5 and len(done.err.strip().splitlines()) == 1


def test_server_stops_on_a_signal_and_starts_quickly(data):
    with Server(data=data):
        pass
    begun = time.monotonic()
    server = Server(data=data)
    waited = time.monotonic() - begun
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(timeout=10) == 0
    print(f"ready in {waited:.2f} s")


def test_completion_offers_commands_and_ids():
    assert "submit" in groundwork("complete", "--", "lab", "").out.split()
    assert "thread-safe-cache" in groundwork("complete", "--", "lab", "start", "thread").out.split()
    for shell in ("bash", "zsh", "fish"):
        assert "groundwork" in groundwork("completion", shell).out
    assert subprocess.run(["bash", "-n"], input=groundwork("completion", "bash").out, text=True).returncode == 0
    assert "  if (( ${#found} )); then compadd -a found; else _files; fi\n" in groundwork("completion", "zsh").out


@pytest.fixture
def content(tmp_path):
    """A copy of the content that a test may break."""
    for name in ("library", "labs"):
        shutil.copytree(ROOT / name, tmp_path / "content" / name, symlinks=True)
    return tmp_path / "content"


def test_content_check_counts_and_names_what_is_wrong(content):
    good = groundwork("content", "check", "--no-run", "--json", content=str(content))
    assert good.code == 0, good.err
    assert good.json["modules"] >= 48 and good.json["labs"] >= 25 and good.json["complete"] == 6
    file = content / "library/modules/cache-design.yaml"
    lines = file.read_text().splitlines(keepends=True)
    for field in ("title", "updated_on", "competencies", "exit_criteria"):
        kept = [line for line in lines if not line.startswith(field + ":")]
        file.write_text("".join(kept))
        done = groundwork("content", "check", "--no-run", content=str(content))
        assert done.code == 1
        assert f"library/modules/cache-design.yaml:1:1: expected the field '{field}'" in done.err or field == "exit_criteria"


@pytest.mark.parametrize("kind", ["explainer", "interview-pack", "module", "quiz", "lab", "paper-note", "weekly-review",
                                  "root-cause-report", "design-document"])  # fmt: skip
def test_every_template_can_be_filled_in(content, kind):
    done = groundwork("content", "new", kind, "a-new-one", "--module", "cache-design", "--json", content=str(content))
    assert done.code == 0, done.err
    for file in done.json["files"]:
        assert "{{" not in (content / file).read_text()
    assert groundwork("content", "new", kind, "a-new-one", "--module", "cache-design", content=str(content)).code == 4


def test_serving_goes_on_with_the_last_good_content(content):
    with Server(content=str(content)) as server:
        file = content / "library/modules/cache-design.yaml"
        text = file.read_text()
        file.write_text(text.replace("\ntitle:", "\ntitel:"))
        session = server.wait_for("/api/v1/session", lambda value: value["content_errors"], seconds=10)
        assert "library/modules/cache-design.yaml:" in session["content_errors"][0]
        assert server.get("/api/v1/modules/cache-design").status == 200
        file.write_text(text)
        server.wait_for("/api/v1/session", lambda value: not value["content_errors"], seconds=10)


def test_binary_runs_from_anywhere(tmp_path):
    link = tmp_path / "groundwork"
    link.symlink_to(pathlib.Path(BINARY).resolve())
    done = subprocess.run([link, "--version"], cwd="/", capture_output=True, text=True)
    assert done.returncode == 0


def test_tokens_says_what_a_model_does_not_get_and_plans_a_request(tmp_path):
    file = tmp_path / "prompt.txt"
    file.write_text("The GPU runs. " * 100)
    done = groundwork("--json", "tokens", str(file), "--context", "2000", "--price-in", "0.15", "--price-out", "0.60")
    assert done.code == 0, done.err
    report = done.json
    assert report["kept"] == report["limit"] - 2 < report["tokens"]
    assert {"cut", "upper_case"} <= {finding["kind"] for finding in report["findings"]}
    budget = report["budget"]
    assert budget["passages"] == min(6, (2000 - report["tokens"] - 500) // 200)
    assert budget["cost_micro_dollars"] == -(-(budget["input_tokens"] * 150_000 + 500 * 600_000) // 1_000_000)
    done = groundwork("tokens", str(file), "--context", "100")
    assert done.code == 2 and "too many" in done.err
    done = groundwork("tokens", str(file), "--model", "all-MiniLM-L6-v3")
    assert done.code == 3 and "did you mean 'all-MiniLM-L6-v2'?" in done.err


def test_tokens_of_a_language_model_are_those_in_its_file(tmp_path, monkeypatch):
    done = groundwork("--json", "tokens", "--model", "SmolLM2-135M-Instruct", "-", stdin="A cache evicts 2026.")
    assert done.code == 0, done.err
    assert (done.json["limit"], done.json["special"], done.json["unknown"]) == (8192, 0, 0)
    assert "number" in {finding["kind"] for finding in done.json["findings"]}
    models = tmp_path / "models"
    small_encoder.write(models / "small")
    (models / "generator").mkdir()
    (models / "generator" / "model.gguf").write_bytes(b"GGUF")
    monkeypatch.setenv("GW_MODELS", str(models))
    done = groundwork("tokens", "--model", "generator", "-", stdin="A cache evicts.")
    assert done.code != 0 and "model.gguf" in done.err, done
    assert groundwork("tokens", "--model", "small", "-", stdin="A cache evicts.").code == 0
    monkeypatch.chdir(tmp_path)
    small_encoder.write(tmp_path / "here")
    assert groundwork("tokens", "--model", "here", "-", stdin="A cache evicts.").code == 0


def test_a_distilled_model_is_found_by_its_folder_and_makes_an_index(tmp_path):
    teacher = small_encoder.write(tmp_path / "teacher")
    static = str(tmp_path / "static")
    done = groundwork("model", "distill", "--teacher", str(teacher), "--out", static, "--dimensions", "16", "--json")
    assert done.code == 0, done.err
    assert done.json["dimensions"] == 16 and done.json["tokens"] == len(small_encoder.VOCABULARY)
    assert json.loads((tmp_path / "static" / "config.json").read_text())["model_type"] == "static"
    notes = tmp_path / "notes"
    notes.mkdir()
    for name, text in {"cache": "A cache evicts.", "heap": "A heap sorts.", "lock": "A lock waits."}.items():
        (notes / f"{name}.txt").write_text(text)
    index = str(tmp_path / "index")
    done = groundwork("search", "index", "--corpus", str(notes), "--index", index, "--embedder", static)
    assert done.code == 0, done.err
    done = groundwork("search", "query", "--index", index, "--mode", "dense", "--top-k", "1", "--json", "A heap sorts.")
    assert done.code == 0, done.err
    assert "heap" in json.dumps(done.json)


@pytest.mark.parametrize("words, code, said", [
    (["--dimensions", "65"], 2, "64"), (["--teacher", "all-MiniLM-L7"], 3, "model list"), (["--out", "there"], 4, "empty folder"),
])  # fmt: skip
def test_a_distillation_that_cannot_be_leaves_nothing(tmp_path, words, code, said):
    teacher = small_encoder.write(tmp_path / "teacher")
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "file").write_text("kept")
    options = {"--teacher": str(teacher), "--out": "static"} | dict([words])
    done = groundwork("model", "distill", *(word for pair in options.items() for word in pair), cwd=str(tmp_path))
    assert done.code == code and said in done.err, done
    assert not (tmp_path / "static").exists() and (tmp_path / "there" / "file").read_text() == "kept"
