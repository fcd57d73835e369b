#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "curriculum/curriculum.h"
#include "progress/event.h"
#include "progress/fraction.h"
#include "sandbox/sandbox.h"

namespace groundwork::assess {

/// What grading needs from the machine.
struct LabEnvironment {
  std::filesystem::path harness;  ///< the folder labs/_harness
  std::filesystem::path site;     ///< the folder of installed packages that holds pytest
  sandbox::Weaker weaker = sandbox::Weaker::kRefuse;
  int parallel_runs = 2;
};

/// The folder of installed packages of a Python. @errors kNotFound: it has no pytest
base::Result<std::filesystem::path> site_packages_of(const std::filesystem::path& python);

enum class LabMode { kTest, kSubmit };
enum class LabVariant { kStandard, kHarder };

struct LabTest {
  std::string id;          ///< "tests/test_cache.py::test_oldest_goes"
  std::string name;        ///< in words
  std::string visibility;  ///< visible, hidden, harder
  int task_id = 1;
  int weight = 1;
  std::string concept_id;
  std::string misconception;
  std::string status = "waiting";  ///< waiting, running, pass, fail, error
  std::string message;
  std::string output;
  std::string test_code;
  int ms = 0;
};

struct LabResult {
  progress::Verdict verdict = progress::Verdict::kInvalid;
  std::string message;  ///< in the learner's words; empty after a pass
  progress::Fraction score;
  std::vector<LabTest> tests;
  int ms = 0;

  bool passed() const { return verdict == progress::Verdict::kPass; }
};

using Files = std::map<std::string, std::string>;

/// The files of a submission: exactly those that the lab names, each UTF-8 text of at most 256 KiB.
/// @errors kInvalidArgument: says which file is missing, unknown (with near names), too large or not text
base::Status check_files(const curriculum::Lab& lab, const Files& files);

/// Runs a lab's tests on these files. `lab test`: the visible tests beside the learner's code, as feedback. `lab
/// submit`: visible and hidden ones (and the harder ones) in a jail of their own, away from the learner's code; that
/// result counts. A test that did not end counts as failed; what is possible comes from the tests, never from the code.
/// @param on_change  after each event, with everything so far; called on the calling thread
/// @return a result also when the learner's code misbehaves; verdict kInfrastructure or kInvalid when we do, which
/// never
///         counts
/// @errors kInvalidArgument from check_files; kFailedPrecondition: code cannot be isolated here
base::Result<LabResult> run_lab(const curriculum::Lab& lab, const Files& files, LabMode mode, LabVariant variant,
                                const LabEnvironment& environment,
                                const std::function<void(const LabResult&)>& on_change = {}, std::stop_token stop = {});

/// Exercism's results.json, version 3.
/// @source https://exercism.org/docs/building/tooling/test-runners/interface
base::json::object results_json(const LabResult& result);

/// A program on its own in the sandbox, as `content check` runs code blocks: Python of the system, no packages.
base::Result<sandbox::Report> run_python(const std::string& program, const LabEnvironment& environment,
                                         std::stop_token stop = {});

}  // namespace groundwork::assess
