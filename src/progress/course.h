#pragma once

// What progress needs to know of the content, as plain values addressed by index: small enough to be copied into a
// test, and independent of how the content is stored.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "curriculum/curriculum.h"
#include "progress/fraction.h"

namespace groundwork::progress {

constexpr int kNone = -1;

struct Course {
  struct Concept {
    std::string id;
    std::string title;
    int module = kNone;
    std::string explainer;  ///< "id#anchor"
    std::string remedial;   ///< empty: none
  };
  struct Lab {
    std::string id;
    std::string title;
    int module = kNone;
    bool dsa = false;
    int minutes = 0;
    int timed_to_minutes = 0;  ///< 0: not timed
    std::string revision;
  };
  struct Explainer {
    std::string id;
    std::string title;
    int module = kNone;
    int minutes = 0;
  };
  struct Module {
    std::string id;
    std::string title;
    int phase = 0;
    int week = 1;
    bool complete = false;  ///< false: an outline, never startable
    double hours = 0;
    int quiz_questions = 8;
    int pass_threshold = 75;  ///< percent
    std::vector<int> prerequisites;
    std::vector<int> dependants;
    std::vector<int> labs;
    std::vector<int> explainers;
    std::vector<int> concepts;
    std::string bank_revision;
  };
  struct Phase {
    std::string id;
    std::string title;
    std::string gate_id;
    std::string gate_title;
    std::vector<std::string> evidence;
    std::vector<int> measured;  ///< as long as `evidence` or empty: the project whose numbers prove the item, or kNone
    std::vector<int> weeks;
    std::vector<int> modules;
  };
  struct Project {
    std::string id;
    std::string title;
    int phase = 0;
    std::vector<std::string> metrics;        ///< ids of the must-have metrics; empty: the project has no guide
    std::vector<std::string> metric_titles;  ///< in the same order
  };

  std::vector<Module> modules;  ///< by week; prerequisites before their dependants
  std::vector<Concept> concepts;
  std::vector<Lab> labs;
  std::vector<Explainer> explainers;
  std::vector<Phase> phases;  ///< in order
  std::vector<Project> projects;
  std::vector<std::string> week_titles;  ///< [1..16]; [0] is empty
  double split_theory = 3, split_building = 5, split_interview = 2, split_retrospective = 1;

  int module(std::string_view id) const { return find(module_by_id_, id); }
  int concept_index(std::string_view id) const { return find(concept_by_id_, id); }
  int lab(std::string_view id) const { return find(lab_by_id_, id); }
  int explainer(std::string_view id) const { return find(explainer_by_id_, id); }
  int project(std::string_view id) const { return find(project_by_id_, id); }
  int gate(std::string_view id) const { return find(gate_by_id_, id); }

  /// The project whose numbers prove the item of evidence of a phase's gate; kNone: it is handed in.
  int measured_by(int phase, std::size_t item) const {
    const std::vector<int>& measured = phases[static_cast<std::size_t>(phase)].measured;
    return item < measured.size() ? measured[item] : kNone;
  }

  /// Fills the look-ups and the dependants; call it after the vectors are complete.
  void index();

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using Names = std::unordered_map<std::string, int, Hash, std::equal_to<>>;
  static int find(const Names& names, std::string_view id) {
    const auto at = names.find(id);
    return at == names.end() ? kNone : at->second;
  }
  Names module_by_id_, concept_by_id_, lab_by_id_, explainer_by_id_, project_by_id_, gate_by_id_;
};

Course course_of(const curriculum::Curriculum& curriculum);

}  // namespace groundwork::progress
