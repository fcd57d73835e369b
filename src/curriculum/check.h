#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "curriculum/curriculum.h"
#include "schema/document.h"

namespace groundwork::curriculum {

/// What a check needs from elsewhere, so that this room runs no code itself.
struct CheckEnvironment {
  std::chrono::sys_days today{};

  struct Output {
    bool ok = false;        ///< ended by itself with status 0
    std::string text;       ///< standard output
    std::string complaint;  ///< why not ok: the last lines of standard error, or the limit that was hit
  };
  /// Runs a Python program in the sandbox. Empty: blocks and predicted outputs are not run.
  std::function<Output(const std::string& program)> run_python;
  /// Grades these files as a submission of the lab, hidden tests and all; says whether every test passed, else why not.
  /// Empty: solutions and starters are not run.
  std::function<Output(const Lab& lab, const std::map<std::string, std::string>& files)> grade;
  /// After each step.
  std::function<void(std::size_t done, std::size_t total, const std::string& what)> on_progress;
  std::stop_token stop;
};

struct CheckReport {
  Counts counts;
  std::vector<schema::Problem> problems;
  std::size_t programs_run = 0;
  std::size_t labs_graded = 0;
  bool cancelled = false;
};

/// Everything that `groundwork content check` looks at: what load() finds, and links with their anchors, competencies,
/// reading level, orphaned files, dates, the generated index, the rules of question banks; when all that is right, with
/// an environment that can run code, also every code block, predicted output, solution and starter.
CheckReport check(const std::filesystem::path& root, const CheckEnvironment& environment);

/// Flesch-Kincaid grade of English prose: the school year whose pupils would read it with ease.
/// @source Kincaid et al. 1975, "Derivation of New Readability Formulas", Research Branch Report 8-75
/// @deviation syllables are counted as groups of vowels, a silent final e left out
double reading_grade(std::string_view prose);

}  // namespace groundwork::curriculum
