#pragma once

// progress: derive: unlocks, remedials, blocks, gates, reviews due, readiness. In scope: what facts mean. Not in scope:
// how facts come about (assess) and how they are kept (ledger).

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "progress/course.h"
#include "progress/event.h"
#include "progress/quiz_rule.h"

namespace groundwork::progress {

enum class Status : std::uint8_t {
  kOutline,
  kLocked,
  kAvailable,
  kInProgress,
  kLabDue,
  kRemedialDue,
  kRetestDue,
  kRecapDue,
  kReviewDue,
  kBlocked,
  kComplete
};
std::string_view to_string(Status status);
/// Whether its quiz and labs may be worked on.
bool is_open(Status status);

enum class Mastery : std::uint8_t { kNotYet, kDue, kConfirmed, kLapsed };
std::string_view to_string(Mastery mastery);

/// Days after completion from which mastery is checked.
constexpr std::chrono::days kMasteryAfter{7};
/// A mentor who has not come by then is replaced by the structured self-review.
constexpr std::chrono::hours kMentorPatience{72};

struct Settings {
  bool mentor = false;  ///< a mentor is configured and gets the reviews first
};

/// What the facts say of one lab.
struct LabTrack {
  int attempts = 0;  ///< graded ones that count
  bool started = false;
  std::optional<Fraction> best;
  std::int64_t best_fact = 0;
  std::optional<Fraction> best_harder;
  std::int64_t harder_fact = 0;
  bool timed_solved = false;  ///< every test passed within the lab's time
  bool recheck = false;       ///< the lab was edited since the best result
};

/// What the facts say of one module. Its Status follows from this, the other modules and the time.
struct ModuleTrack {
  bool started = false;
  std::int64_t started_fact = 0;
  bool quiz_passed = false;
  std::optional<Fraction> quiz_score;  ///< of the last attempt that counted, or of the one that passed
  std::int64_t quiz_fact = 0;
  int retests_in_band = 0;       ///< re-tests of 60 to below 80 so far
  int remedial_concept = kNone;  ///< assigned now
  bool recap_due = false;
  bool review_due = false;
  base::Timestamp review_since{};
  bool retest_due = false;  ///< the first quiz was not passed: what comes next is a re-test
  std::vector<int> missed;  ///< concepts of the last attempt, the one with most lost credit first
  bool testout_quiz = false;
  std::int64_t testout_fact = 0;
  std::optional<base::Timestamp> completed_at;
  std::int64_t completed_fact = 0;
  bool tested_out = false;
  std::optional<base::Timestamp> mastery_at;
  bool mastery_passed = false;
  std::int64_t mastery_fact = 0;
  bool recheck = false;  ///< the bank was edited since the quiz was passed

  friend bool operator==(const ModuleTrack&, const ModuleTrack&) = default;
};

struct Block {
  int project = kNone;
  std::string kpi;
  std::string text;
  std::int64_t fact = 0;
};

/// The last measurement of one number of a project.
struct KpiTrack {
  bool missed = false;
  std::string text;  ///< "p95-latency measured at 900 ms, target at most 500 ms"
  std::int64_t fact = 0;
};

/// Where a learner stands: the fold of the events over the rules under "Progression, exactly" in the design. Cheap to
/// copy for one course; `apply` is the only thing that changes it, so any prefix of history can be looked at.
class LearnerState {
 public:
  explicit LearnerState(const Course& course, Settings settings = {});

  /// Events that the rules do not allow when they come (a quiz on a locked module, an attempt while a remedial is due)
  /// are ignored: no order of facts opens what its prerequisites keep closed.
  void apply(const Event& event);

  const Course& course() const { return *course_; }
  Settings settings() const { return settings_; }
  Status status(int module) const;
  Mastery mastery(int module, base::Timestamp now) const;
  /// Share that the module's labs reached together: the mean of their best shares; none before the first graded one.
  std::optional<Fraction> lab_mark(int module) const;
  bool labs_passed(int module) const;
  bool gate_open(int phase) const { return gate_fact_[static_cast<std::size_t>(phase)] != 0; }
  std::int64_t gate_fact(int phase) const { return gate_fact_[static_cast<std::size_t>(phase)]; }
  /// KPI misses that block the phase, oldest first.
  std::vector<Block> blocks(int phase) const;
  /// What the gate still waits for beside modules: indexes into Course::Phase::evidence. An item that a project's
  /// numbers prove is missing until the last measurement of each of its metrics meets its target.
  std::vector<int> missing_evidence(int phase) const;
  /// The fact that gave the item; 0: it is missing, or measured.
  std::int64_t evidence_fact(int phase, const std::string& item) const;
  /// The last measurement of a metric; null: it was never measured.
  const KpiTrack* kpi(int project, const std::string& metric) const;
  /// Whether the last measurement of each must-have metric meets its target.
  bool numbers_met(int project) const;
  /// The prerequisites of the module that are not complete.
  std::vector<int> open_prerequisites(int module) const;
  /// The gate that has to open before the module's phase begins: a phase, or kNone.
  int closed_gate_before(int module) const;
  /// Until when the answer of status() and mastery() holds if no fact comes; none: for ever.
  std::optional<base::Timestamp> changes_at(base::Timestamp now) const;

  const ModuleTrack& module(int module) const { return modules_[static_cast<std::size_t>(module)]; }
  const LabTrack& lab(int lab) const { return labs_[static_cast<std::size_t>(lab)]; }
  double read_fraction(int explainer) const { return read_[static_cast<std::size_t>(explainer)]; }
  const std::optional<ProfileSet>& profile() const { return profile_; }
  std::int64_t events() const { return events_; }
  const std::vector<std::pair<int, std::int64_t>>& weekly_reviews() const { return weekly_reviews_; }

 private:
  ModuleTrack& track(int module) { return modules_[static_cast<std::size_t>(module)]; }
  void on(const Event& event, const Noted&) { (void)event; }
  void on(const Event& event, const ProfileSet& set);
  void on(const Event& event, const ExplainerRead& read);
  void on(const Event& event, const QuizStarted& quiz);
  void on(const Event& event, const QuizFinished& quiz);
  void on(const Event& event, const LabStarted& lab);
  void on(const Event& event, const LabGraded& lab);
  void on(const Event& event, const ReviewSubmitted& review);
  void on(const Event& event, const KpiMeasured& kpi);
  void on(const Event& event, const RootCauseSubmitted& report);
  void on(const Event& event, const DeliverableSubmitted& deliverable);
  void on(const Event& event, const GateEvidence& evidence);
  void on(const Event& event, const WeeklyReviewSubmitted& review);
  void judge(const Event& event, const QuizFinished& quiz);
  void complete_if_proved(const Event& event, int module);
  void open_gates(const Event& event);

  const Course* course_;
  Settings settings_;
  std::vector<ModuleTrack> modules_;
  std::vector<LabTrack> labs_;
  std::vector<double> read_;
  std::optional<ProfileSet> profile_;
  std::map<std::pair<int, std::string>, Block> blocks_;           // by project and KPI
  std::map<std::pair<int, std::string>, KpiTrack> kpis_;          // by project and KPI
  std::map<std::pair<int, std::string>, std::int64_t> evidence_;  // by phase and item
  std::vector<std::int64_t> gate_fact_;                           // the fact that opened it, 0: closed
  std::vector<std::pair<int, std::int64_t>> weekly_reviews_;
  std::int64_t events_ = 0;
};

/// The whole of it: `facts` in their order of recording. Pure.
LearnerState derive(const Course& course, std::span<const Event> events, Settings settings = {});

/// What one fact changed.
struct Change {
  std::int64_t fact = 0;
  int module = kNone;
  Status from = Status::kLocked;
  Status to = Status::kLocked;
};
/// Every change of a status, in the order of the facts.
std::vector<Change> changes(const Course& course, std::span<const Event> events, Settings settings = {});

}  // namespace groundwork::progress
