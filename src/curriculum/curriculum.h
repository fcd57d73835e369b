#pragma once

// curriculum: modules, explainers, questions, labs: load, validate, index. In scope: everything under library/ and
// labs/ as values, and the checks that keep it right. Not in scope: who has learned what (progress), running code
// (assess).

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"
#include "curriculum/projects.h"
#include "schema/document.h"

namespace groundwork::curriculum {

struct Assessment {
  int quiz_questions = 8;
  int coding_tasks = 0;
  double pass_threshold = 75;  ///< percent that the module's labs must reach together
};

/// The unit that unlocks; the fields of the roadmap's schema, in its words.
struct Module {
  std::string module_id;
  std::string phase;
  int week = 1;
  std::string title;
  int difficulty = 1;
  double estimated_hours = 0;
  std::vector<std::string> prerequisites;
  int interview_frequency = 1;
  std::vector<std::string> learning_objectives;
  std::vector<std::string> core_theory;
  std::vector<std::string> hands_on_labs;
  Assessment assessment;
  std::vector<std::string> deliverables;
  std::vector<std::string> tags;
  std::string updated_on;
  std::vector<std::string> competencies;
  std::vector<std::string> interview_drills;
  std::vector<std::string> exit_criteria;
  std::vector<std::string> explainers;
  std::vector<std::string> labs;
  std::vector<std::string> interview_packs;
  bool complete = false;  ///< derived: its explainers, labs and a bank of three times quiz_questions are there
};

/// An explainer or an interview pack: a page of Markdown with front matter.
struct Page {
  std::string id;
  std::string title;
  std::string module;
  std::vector<std::string> competencies;
  std::vector<std::string> concepts;
  int minutes = 0;
  std::string updated_on;
  std::string body;
  std::string file;
  int body_line = 1;
  std::string revision;  ///< sha256 of the file
};

enum class QuestionKind { kSingle, kMultiple, kNumeric, kShort, kOrdering, kMatching, kPredict };
std::string_view to_string(QuestionKind kind);

struct Option {
  std::string text;
  bool correct = false;
  std::string why;
};
struct Pair {
  std::string left;
  std::string right;
  std::string why;
};
struct Mistake {
  std::string answer;
  std::string why;
};

/// A question; which fields are used depends on the kind, as the schema of the bank says.
struct Question {
  std::string id;
  std::string module;
  QuestionKind kind = QuestionKind::kSingle;
  std::string concept_id;
  int difficulty = 1;
  std::string prompt;
  std::vector<Option> options;      // single, multiple
  double number = 0;                // numeric
  double tolerance = 0;             // numeric: absolute
  std::string unit;                 // numeric
  std::vector<std::string> accept;  // short: accepted forms; predict: the one output
  bool case_sensitive = false;      // short
  std::vector<std::string> steps;   // ordering: in the right order
  std::vector<Pair> pairs;          // matching
  std::vector<std::string> distractors;
  std::string code;  // predict
  std::vector<Mistake> mistakes;
  std::string explanation;
  std::string file;
  int line = 1;
  std::string revision;  ///< of this item alone: editing another one does not change it
};

struct Concept {
  std::string id;
  std::string title;
  std::string module;
  std::string explainer;  ///< "explainer-id#anchor"
  std::string remedial;
};

struct Remedial {
  Page page;
  std::string concept_id;
  std::vector<Question> checks;
};

struct LabLimits {
  int wall_seconds = 20;
  int cpu_seconds = 10;
  int memory_mb = 512;
  int processes = 32;
  int output_kb = 256;
};

struct Lab {
  std::string id;
  std::string title;
  std::string module;
  bool is_dsa = false;
  int difficulty = 1;
  int minutes = 30;
  std::optional<std::pair<int, int>> timed_minutes;  ///< from, to
  bool editor = false;
  std::vector<std::string> files;              ///< what the learner edits
  std::map<std::string, std::string> starter;  ///< file to content
  std::map<std::string, std::string> solution;
  std::map<std::string, std::string> support;  ///< given to the learner, not edited
  std::map<std::string, std::string> tests;    ///< visible
  std::map<std::string, std::string> hidden;
  std::map<std::string, std::string> harder;
  std::vector<std::string> concepts;
  std::vector<std::string> tags;
  LabLimits limits;
  std::string task;  ///< Markdown
  std::string updated_on;
  std::string revision;  ///< of the tests and the task: what a result was earned on
  std::string file;
};

struct Gate {
  std::string gate_id;
  std::string title;
  std::string requirement;
  std::vector<std::string> evidence;
  std::vector<std::string> measured;  ///< as long as `evidence`: the project whose numbers prove the item, or empty
};
struct Phase {
  std::string phase_id;
  std::string title;
  std::vector<int> weeks;
  Gate gate;
};
struct Competency {
  std::string id;
  std::string title;
  std::vector<std::string> must_have;
};
struct Project {
  std::string project_id;
  std::string title;
  std::vector<int> weeks;
  std::string problem;
  std::vector<std::string> stack;
  std::vector<std::string> metrics;
};
struct Roadmap {
  std::string title;
  std::map<std::string, double> weekly_split;  ///< hours by kind
  std::vector<Phase> phases;
  std::map<int, std::string> week_titles;
  std::vector<Competency> competencies;
  std::vector<Project> projects;
  std::vector<std::pair<std::string, std::vector<std::string>>> kpi_groups;  ///< title, and its KPIs in words
  std::vector<std::string> weekly_review;
};

struct Counts {
  std::size_t modules = 0;
  std::size_t complete = 0;
  std::size_t outlines = 0;
  std::size_t explainers = 0;
  std::size_t questions = 0;
  std::size_t labs = 0;
  std::size_t remedials = 0;
  std::size_t interview_packs = 0;
};

/// All content, as values. Immutable once loaded.
struct Curriculum {
  Roadmap roadmap;
  std::vector<Module> modules;  ///< by week, then so that prerequisites come first
  std::map<std::string, Page> explainers;
  std::map<std::string, Page> interview_packs;
  std::map<std::string, Remedial> remedials;
  std::map<std::string, std::vector<Question>> banks;  ///< by module
  std::map<std::string, Concept> concepts;
  std::vector<std::string> concept_order;
  std::map<std::string, Lab> labs;
  std::vector<Kpi> kpis;                         ///< in the order of the dashboard; empty without library/kpis.yaml
  std::map<std::string, ProjectGuide> projects;  ///< by project id; those that have a guide
  PriceTable prices;
  std::string revision;  ///< sha256 over everything

  const Module* module(std::string_view id) const;
  const std::vector<Question>* bank(std::string_view module_id) const;
  /// A bank's question or a remedial's check.
  const Question* question(std::string_view id) const;
  const ProjectGuide* project(std::string_view id) const;
  /// The KPI with that id or with that figure.
  const Kpi* kpi(std::string_view id_or_figure) const;
  std::vector<std::string> module_ids() const;
  std::vector<std::string> concepts_of(std::string_view module_id) const;
  Counts counts() const;
};

base::json::object to_json(const Counts& counts);

}  // namespace groundwork::curriculum
