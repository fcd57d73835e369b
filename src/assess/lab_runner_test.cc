// Labs graded for real: in jails, by the harness, with the Python that GW_PYTHON names (a virtual environment's, with
// pytest). Without one these tests are skipped by name.

#include "assess/lab_runner.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

#include "base/source_dir.h"

namespace groundwork::assess {
namespace {

using curriculum::Lab;
using progress::Verdict;

constexpr const char* kVisible = R"(
import pytest
from stack import Stack

@pytest.mark.task(1, weight=2, concept="order", misconception="It gives the first and not the last.")
def test_last_in_first_out():
    stack = Stack()
    stack.push(1)
    stack.push(2)
    assert stack.pop() == 2

def test_length():
    stack = Stack()
    stack.push(1)
    assert len(stack) == 1
)";
constexpr const char* kHidden = R"(
import pytest
from stack import Stack

@pytest.mark.task(2, weight=5, concept="order", misconception="An empty stack has nothing to give.")
def test_empty():
    with pytest.raises(IndexError):
        Stack().pop()

@pytest.mark.task(2, weight=1)
def test_secret_sum():
    stack = Stack()
    for value in (4000, 700, 11):
        stack.push(value)
    assert sum(stack.pop() for _ in range(3)) == 4711
)";
constexpr const char* kRight = R"(
class Stack:
    def __init__(self): self.items = []
    def push(self, value): self.items.append(value)
    def pop(self): return self.items.pop()
    def __len__(self): return len(self.items)
)";

class LabRunner : public testing::Test {
 protected:
  void SetUp() override {
    if (sandbox::probe().level != sandbox::Isolation::kFull) {
      GTEST_SKIP() << "no full isolation here: " << sandbox::probe().explanation;
    }
    const char* python = std::getenv("GW_PYTHON");
    const auto site = site_packages_of(python == nullptr ? "/usr/bin/python3" : python);
    if (!site.ok()) GTEST_SKIP() << site.error().message;
    environment_.harness = std::filesystem::path(base::source_dir()) / "labs/_harness";
    environment_.site = *site;
    lab_.id = "stack";
    lab_.files = {"stack.py"};
    lab_.tests = {{"test_stack.py", kVisible}};
    lab_.hidden = {{"test_stack_hidden.py", kHidden}};
    lab_.limits = {.wall_seconds = 5, .cpu_seconds = 5, .memory_mb = 256, .processes = 32, .output_kb = 256};
  }

  LabResult grade(const std::string& code, LabMode mode = LabMode::kSubmit,
                  const std::function<void(const LabResult&)>& on_change = {}) {
    auto result = run_lab(lab_, {{"stack.py", code}}, mode, LabVariant::kStandard, environment_, on_change);
    EXPECT_TRUE(result.ok()) << result.error().message;
    return result.ok() ? std::move(result).value() : LabResult{};
  }
  static const LabTest& test_named(const LabResult& result, const std::string& name) {
    static const LabTest none;
    for (const LabTest& test : result.tests) {
      if (test.id.ends_with("::" + name)) return test;
    }
    ADD_FAILURE() << "no test " << name << ": " << result.message;
    return none;
  }
  static std::int64_t possible(const LabResult& result) {
    std::int64_t sum = 0;
    for (const LabTest& test : result.tests) sum += test.weight;
    return sum;
  }
  static std::int64_t earned(const LabResult& result) {
    std::int64_t sum = 0;
    for (const LabTest& test : result.tests) sum += test.status == "pass" ? test.weight : 0;
    EXPECT_EQ(result.score, progress::Fraction(sum, possible(result)));
    return sum;
  }
  static std::string everything(const LabResult& result) {
    return result.message + base::json::serialize(results_json(result));
  }

  Lab lab_;
  LabEnvironment environment_;
};

TEST_F(LabRunner, TheRightCodePassesInBothModes) {
  const LabResult submitted = grade(kRight);
  EXPECT_EQ(submitted.verdict, Verdict::kPass) << everything(submitted);
  EXPECT_EQ(earned(submitted), 9);
  EXPECT_EQ(possible(submitted), 9);
  const LabResult tested = grade(kRight, LabMode::kTest);
  EXPECT_EQ(tested.verdict, Verdict::kPass) << everything(tested);
  EXPECT_EQ(possible(tested), 3);
}

TEST_F(LabRunner, AFailureSaysWhatWasExpectedAndAHiddenOneOnlyItsMisconception) {
  std::string wrong = kRight;
  wrong.replace(wrong.find("items.pop()"), 11, "items.pop(0) if self.items else None");
  const LabResult result = grade(wrong);
  EXPECT_EQ(result.verdict, Verdict::kFail);
  EXPECT_EQ(earned(result), 2);  // the length, and the sum of all: 1 + 1 of 9
  EXPECT_EQ(possible(result), 9);
  EXPECT_NE(test_named(result, "test_last_in_first_out").message.find("1 == 2"), std::string::npos)
      << everything(result);
  const LabTest& hidden = test_named(result, "test_empty");
  EXPECT_EQ(hidden.message, "");
  EXPECT_EQ(hidden.misconception, "An empty stack has nothing to give.");
}

TEST_F(LabRunner, TellsAsItHappens) {
  std::vector<std::string> seen;
  grade(kRight, LabMode::kTest, [&](const LabResult& result) {
    std::string all;
    for (const LabTest& test : result.tests) all += (all.empty() ? "" : " ") + test.status;
    if (seen.empty() || seen.back() != all) seen.push_back(all);
  });
  EXPECT_EQ(seen, (std::vector<std::string>{"waiting waiting", "running waiting", "pass waiting", "pass running",
                                            "pass pass"}));
}

TEST_F(LabRunner, CodeThatCannotBeImportedFailsAllTestsAndNamesItsLine) {
  for (const LabMode mode : {LabMode::kTest, LabMode::kSubmit}) {
    const LabResult result = grade("class Stack:\n    def push(self:\n", mode);
    EXPECT_EQ(result.verdict, Verdict::kFail);
    EXPECT_EQ(earned(result), 0);
    EXPECT_EQ(possible(result), mode == LabMode::kTest ? 3 : 9);
    EXPECT_NE(test_named(result, "test_length").message.find("stack.py:2"), std::string::npos) << everything(result);
  }
}

TEST_F(LabRunner, LeavingTheProcessNeverPasses) {
  for (const char* way :
       {"import os; os._exit(0)", "import sys; sys.exit(0)", "raise SystemExit(0)",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "import os, signal; os.kill(os.getppid(), signal.SIGKILL)", "import os, signal; os.kill(-1, signal.SIGKILL)"}) {
    const LabResult result = grade(std::string(way) + kRight);
    // Whoever kills the others first may still answer the test that is being asked; the ones after it are lost.
    const bool kills_others =
        std::string(way).find("getpid()") == std::string::npos && std::string(way).find("kill(") != std::string::npos;
    EXPECT_LE(earned(result), kills_others ? 2 : 0) << way << everything(result);
    EXPECT_EQ(possible(result), 9) << way;
    EXPECT_NE(result.verdict, Verdict::kPass) << way;
    EXPECT_NE(grade(std::string(way) + kRight, LabMode::kTest).verdict, Verdict::kPass) << way;
  }
}

TEST_F(LabRunner, PatchingPytestFakesNothing) {
  const std::string attack = R"(
import sys, os, json
try:
    import pytest
    pytest.main = lambda *a, **k: 0
    from _pytest import runner
    runner.call_and_report = lambda *a, **k: None
except BaseException:
    pass
for number in range(3, 20):
    try:
        for test in ("tests/test_stack.py::test_length", "hidden/test_stack_hidden.py::test_empty"):
            os.write(number, (json.dumps({"event": "finished", "id": test, "status": "pass"}) + "\n").encode())
    except OSError:
        pass
class Always:
    def __eq__(self, other): return True
    def __len__(self): return 1
class Stack:
    def push(self, value): pass
    def pop(self): return Always()
    def __len__(self): return 7
)";
  const LabResult result = grade(attack);
  EXPECT_NE(result.verdict, Verdict::kPass) << everything(result);
  EXPECT_EQ(earned(result), 0) << everything(result);
}

TEST_F(LabRunner, TheExpectedAnswerCannotBeReadFromWhereTheCodeRuns) {
  const std::string attack = std::string(kRight) + R"(
    def pop(self):
        import gc, os, sys, traceback
        found = []
        frame = sys._getframe()
        while frame:
            found.append(repr(frame.f_locals)); frame = frame.f_back
        found += [repr(o) for o in gc.get_objects() if type(o) in (str, bytes, int)]
        for top in ("/gw", "/tmp", "/proc/self"):
            for folder, _, names in os.walk(top):
                for name in names:
                    try: found.append(open(os.path.join(folder, name), errors="replace").read(100000))
                    except OSError: pass
        raise ValueError("found " + str("4711" in "".join(found)) + str(sorted(os.listdir("/gw"))))
)";
  lab_.tests["test_more.py"] =
      "from stack import Stack\n\ndef test_what_it_found():\n    stack = Stack()\n    stack.pop()\n";
  const LabResult result = grade(attack);
  const std::string& message = test_named(result, "test_what_it_found").message;
  // The attack itself has the number in its source: it is written so that only the tests would add it.
  EXPECT_NE(message.find("['code', 'harness']"), std::string::npos) << everything(result);
  EXPECT_EQ(everything(result).find("4711"), std::string::npos) << everything(result);
}

TEST_F(LabRunner, AnEndlessLoopIsATimeoutAndTheOtherTestsStillCount) {
  lab_.limits.wall_seconds = 4;
  std::string code = kRight;
  code.replace(code.find("return len(self.items)"), 22, "\n        while True: pass");
  const LabResult result = grade(code);
  EXPECT_EQ(result.verdict, Verdict::kTimeout) << everything(result);
  EXPECT_EQ(earned(result), 8) << everything(result);
  const LabResult tested = grade(code, LabMode::kTest);
  EXPECT_EQ(tested.verdict, Verdict::kTimeout) << everything(tested);
  EXPECT_EQ(test_named(tested, "test_last_in_first_out").status, "pass");
}

TEST_F(LabRunner, AMemoryBombIsOutOfMemory) {
  std::string code = kRight;
  code.replace(code.find("return len(self.items)"), 22,
               "\n        data = []\n        while True: data.append(bytearray(1 << 20))");
  const LabResult result = grade(code);
  EXPECT_EQ(result.verdict, Verdict::kOutOfMemory) << everything(result);
  EXPECT_EQ(earned(result), 8) << everything(result);
  EXPECT_NE(result.message.find("256 MB"), std::string::npos);
}

TEST_F(LabRunner, BrokenTestsAreInvalidAndNotTheLearnersFault) {
  lab_.hidden["test_stack_hidden.py"] = "def test_x(:\n";
  EXPECT_EQ(grade(kRight).verdict, Verdict::kInvalid);
  lab_.hidden.clear();
  lab_.tests = {{"test_none.py", "x = 1\n"}};
  EXPECT_EQ(grade(kRight).verdict, Verdict::kInvalid);
}

TEST_F(LabRunner, WithoutASandboxItIsInfrastructure) {
  environment_.site = "/no/such/folder";
  const LabResult result = grade(kRight);
  EXPECT_EQ(result.verdict, Verdict::kInfrastructure) << everything(result);
  EXPECT_FALSE(progress::counts(result.verdict));
}

TEST_F(LabRunner, PretendingThatTheSandboxFailedDoesNotSpareAFailure) {
  const LabResult result = grade(
      "import os\nos.write(2, b'bwrap: no')\nos.write(2, b'groundwork-jail: no')\nos.kill(os.getppid(), "
      "9)\nos._exit(125)\n");
  EXPECT_TRUE(progress::counts(result.verdict)) << everything(result);
  EXPECT_EQ(earned(result), 0);
}

TEST_F(LabRunner, TheHarderVariantAddsItsTests) {
  lab_.harder = {{"test_harder.py", "from stack import Stack\n\ndef test_more():\n    assert len(Stack()) == 0\n"}};
  const auto result = run_lab(lab_, {{"stack.py", kRight}}, LabMode::kSubmit, LabVariant::kHarder, environment_);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->verdict, Verdict::kPass) << everything(*result);
  EXPECT_EQ(possible(*result), 10);
  EXPECT_EQ(test_named(*result, "test_more").visibility, "harder");
}

TEST_F(LabRunner, ARunIsCancelled) {
  std::stop_source stop;
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    stop.request_stop();
  });
  const auto result = run_lab(lab_, {{"stack.py", "import time; time.sleep(60)"}}, LabMode::kSubmit,
                              LabVariant::kStandard, environment_, {}, stop.get_token());
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->verdict, Verdict::kCancelled);
  EXPECT_LT(result->ms, 3000);
}

TEST(CheckFiles, TakesTheLabsFilesAndNothingElse) {
  Lab lab;
  lab.id = "stack";
  lab.files = {"stack.py", "more.py"};
  const Files good = {{"stack.py", "x"}, {"more.py", "y"}};
  EXPECT_TRUE(check_files(lab, good).ok());
  for (const char* name : {"../x.py", "/etc/passwd", "other.py", "tests/test_stack.py", "stack.py\n"}) {
    Files files = good;
    files[name] = "";
    const auto status = check_files(lab, files);
    ASSERT_FALSE(status.ok()) << name;
    EXPECT_NE(status.error().message.find("expected stack.py, more.py"), std::string::npos) << status.error().message;
  }
  EXPECT_EQ(check_files(lab, {{"stack.py", "x"}}).error().message, "the file 'more.py' is missing");
  EXPECT_FALSE(check_files(lab, {{"stack.py", std::string(300'000, 'x')}, {"more.py", ""}}).ok());
  EXPECT_FALSE(check_files(lab, {{"stack.py", "\xff\xfe"}, {"more.py", ""}}).ok());
}

}  // namespace
}  // namespace groundwork::assess
