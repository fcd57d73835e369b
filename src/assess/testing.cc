#include "assess/testing.h"

#include <cstdio>
#include <cstdlib>

#include "base/source_dir.h"

namespace groundwork::assess {
namespace {

namespace fs = std::filesystem;

void must(bool ok, const std::string& what) {
  if (ok) return;
  std::fprintf(stderr, "TestWorld: %s\n", what.c_str());
  std::abort();
}

void write(const fs::path& path, const std::string& text) {
  must(base::create_folders(path.parent_path()).ok(), path.string());
  must(base::write_file_atomically(path, text).ok(), path.string());
}

/// Nine items for each of six concepts, three of each kind and more single ones.
std::string bank_of(const std::string& module, const std::string& prefix) {
  std::string out = "module: " + module + "\nupdated_on: 2026-11-23\nitems:\n";
  for (int i = 0; i < 54; ++i) {
    const std::string name = prefix + "-" + std::to_string(i);
    const std::string head = "- id: " + name + "\n  concept: " + prefix + "-concept-" + std::to_string(i % 6 + 1) +
                             "\n  difficulty: 2\n  explanation: Because it is so.\n  prompt: Question " + name + "\n";
    const std::string mistakes = "  mistakes: [{answer: \"98\", why: no}, {answer: \"99\", why: no}]\n";
    switch (i / 6) {
      case 0:
        out += head +
               "  kind: multiple\n  options: [{text: a, correct: true, why: y}, {text: b, correct: true, why: y}, "
               "{text: c, correct: false, why: n}, {text: d, correct: false, why: n}]\n";
        break;
      case 1:
        out += head + "  kind: numeric\n  answer: 0.75\n  tolerance: 0.005\n" + mistakes;
        break;
      case 2:
        out += head + "  kind: short\n  accept: [OrderedDict, collections.OrderedDict]\n" + mistakes;
        break;
      case 3:
        out += head + "  kind: ordering\n  steps: [one, two, three]\n  mistakes: [{answer: backwards, why: no}]\n";
        break;
      case 4:
        out += head +
               "  kind: matching\n  pairs: [{left: l1, right: r1, why: y}, {left: l2, right: r2, why: y}, "
               "{left: l3, right: r3, why: y}]\n  distractors: [r4]\n";
        break;
      case 5:
        out += head + "  kind: predict\n  code: |\n    print(1)\n    print(2)\n  answer: |-\n    1\n    2\n" + mistakes;
        break;
      default:
        out += head +
               "  kind: single\n  options: [{text: right, correct: true, why: y}, {text: x1, correct: false, why: "
               "n}, {text: x2, correct: false, why: n}, {text: x3, correct: false, why: n}]\n";
    }
  }
  return out;
}

void write_module(const fs::path& root, const std::string& id, const std::string& before) {
  const fs::path library = root / "library";
  write(library / "modules" / (id + ".yaml"),
        "module_id: " + id + "\nphase: phase-1\nweek: 1\ntitle: Module " + id +
            "\ndifficulty: 2\nestimated_hours: 2\nprerequisites: [" + before +
            "]\ninterview_frequency: 5\nlearning_objectives: [x]\ncore_theory: [x]\nhands_on_labs: [x]\nassessment: "
            "{quiz_questions: 8, coding_tasks: 1, pass_threshold: 75}\ndeliverables: [x]\ntags: [x]\nupdated_on: "
            "2026-11-23\ncompetencies: [C1]\ninterview_drills: [x]\nexit_criteria: [x]\nexplainers: [" +
            id + "-page]\nlabs: [" + id + "-lab]\ninterview_packs: []\n");
  std::string concepts;
  for (int i = 1; i <= 6; ++i) {
    const std::string name = id + "-concept-" + std::to_string(i);
    concepts += "- {id: " + name + ", title: Concept " + std::to_string(i) + ", explainer: \"" + id +
                "-page#part\", remedial: " + name + "}\n";
    write(
        library / "remedials" / (name + ".md"),
        "---\nid: " + name + "\ntitle: Remedial\nconcept: " + name + "\nmodule: " + id +
            "\nminutes: 10\nupdated_on: 2026-11-23\nchecks:\n- {id: rem-" + name +
            "-1, kind: short, prompt: Say yes, accept: [\"yes\"], explanation: x, mistakes: [{answer: \"no\", why: n}, "
            "{answer: maybe, why: n}]}\n- {id: rem-" +
            name +
            "-2, kind: short, prompt: Say yes again, accept: [\"yes\"], explanation: x, mistakes: [{answer: \"no\", "
            "why: n}, {answer: maybe, why: n}]}\n---\nText.\n");
  }
  write(library / "concepts" / (id + ".yaml"), "module: " + id + "\nconcepts:\n" + concepts);
  write(library / "questions" / (id + ".yaml"), bank_of(id, id));
  write(library / "explainers" / (id + "-page.md"), "---\nid: " + id + "-page\ntitle: Page\nmodule: " + id +
                                                        "\ncompetencies: [C1]\nminutes: 10\nconcepts: [" + id +
                                                        "-concept-1]\nupdated_on: 2026-11-23\n---\n## Part\n\nText.\n");
  const fs::path lab = root / "labs" / (id + "-lab");
  write(lab / "lab.yaml", "lab: " + id + "-lab\ntitle: Lab\nmodule: " + id +
                              "\nkind: lab\ndifficulty: 1\nminutes: 10\neditor: true\nfiles: [answer.py]\nconcepts: [" +
                              id +
                              "-concept-1]\nlimits: {wall_seconds: 20, cpu_seconds: 10, memory_mb: 512, processes: "
                              "32, output_kb: 256}\nupdated_on: 2026-11-23\ntags: []\n");
  write(lab / "task.md", "Write `answer()` so that it returns 42.\n");
  write(lab / "starter" / "answer.py", "def answer():\n    raise NotImplementedError\n");
  write(lab / "solution" / "answer.py", "def answer():\n    return 42\n");
  const std::string test = "import pytest\nfrom answer import answer\n\n\n@pytest.mark.task(1, weight=1, concept=\"" +
                           id + "-concept-1\")\n";
  write(lab / "tests" / "test_answer.py", test + "def test_type():\n    assert isinstance(answer(), int)\n");
  write(lab / "hidden" / "test_hidden.py", test + "def test_value():\n    assert answer() == 42\n");
  write(lab / "harder" / "test_harder.py", test + "def test_twice():\n    assert answer() + answer() == 84\n");
}

template <typename T>
T value_of(base::Result<T> result) {
  must(result.ok(), result.ok() ? "" : result.error().chain());
  return std::move(result).value();
}

}  // namespace

TestWorld::TestWorld()
    : folder_(value_of(base::TemporaryFolder::create("gw-world"))),
      clock_(value_of(base::parse_timestamp("2026-11-23T09:00:00Z"))) {
  const fs::path source = base::source_dir();
  must(base::create_folders(folder_.path() / "library").ok(), "folder");
  fs::copy(source / "library/_meta", folder_.path() / "library/_meta", fs::copy_options::recursive);
  fs::copy_file(source / "library/roadmap.yaml", folder_.path() / "library/roadmap.yaml");
  write_module(folder_.path(), "first", "");
  write_module(folder_.path(), "second", "first");
  library_ = value_of(curriculum::Library::open(folder_.path()));
  for (const schema::Problem& problem : library_->problems()) must(false, problem.text());
  ledger_ = value_of(ledger::Ledger::open(folder_.path() / "data"));
  study_ = std::make_unique<Study>(*library_, *ledger_, clock_);
}

}  // namespace groundwork::assess
