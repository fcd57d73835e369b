#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "ledger/fact.h"
#include "progress/course.h"

namespace groundwork::progress {

enum class Purpose : std::uint8_t { kModule, kRetest, kRemedial, kRecap, kMastery, kTestOut, kPractice };
std::string_view to_string(Purpose purpose);
/// @errors kInvalidArgument, with near names
base::Result<Purpose> purpose_from(std::string_view name);

/// How a graded lab ended. The last three are not the learner's and never count.
enum class Verdict : std::uint8_t { kPass, kFail, kTimeout, kOutOfMemory, kInfrastructure, kInvalid, kCancelled };
std::string_view to_string(Verdict verdict);
base::Result<Verdict> verdict_from(std::string_view name);
inline bool counts(Verdict verdict) { return verdict <= Verdict::kOutOfMemory; }

struct ProfileSet {
  int pace_weeks = 16;
  int hours_per_week = 12;
  std::chrono::sys_days start_on{};
};
struct ExplainerRead {
  int explainer = kNone;
  double fraction = 0;  ///< 0 to 1
};
struct QuizStarted {
  int module = kNone;
  Purpose purpose = Purpose::kModule;
};
struct QuizFinished {
  int module = kNone;
  Purpose purpose = Purpose::kModule;
  Fraction score;
  std::vector<int> missed;       ///< concepts, the one with most lost credit first
  int remedial_concept = kNone;  ///< of a remedial quiz
  bool current = true;           ///< earned on the bank as it is now
};
struct LabStarted {
  int lab = kNone;
};
struct LabGraded {
  int lab = kNone;
  Verdict verdict = Verdict::kFail;
  bool harder = false;
  Fraction score;
  int timed_seconds = kNone;  ///< kNone: not timed
  bool current = true;        ///< earned on the lab as it is now
};
struct ReviewSubmitted {
  int module = kNone;
  bool by_mentor = false;
  bool cleared = false;
  std::vector<int> concepts;  ///< those that were answered
};
struct KpiMeasured {
  int project = kNone;
  std::string kpi;
  bool missed = false;
  std::string text;  ///< "p95 of 900 ms, target at most 500 ms"
};
struct RootCauseSubmitted {
  int project = kNone;
  std::string kpi;
  bool complete = false;  ///< every part has text and a run is cited
};
struct DeliverableSubmitted {
  int module = kNone;
  std::string deliverable;
};
struct GateEvidence {
  int phase = kNone;
  std::string item;
};
struct WeeklyReviewSubmitted {
  int week = 1;
};
/// Kept for the record, and moves nothing: an answer, an extension, a migration.
struct Noted {};

/// A fact, checked and made compact against one course.
struct Event {
  std::int64_t seq = 0;
  base::Timestamp at{};
  std::variant<Noted, ProfileSet, ExplainerRead, QuizStarted, QuizFinished, LabStarted, LabGraded, ReviewSubmitted,
               KpiMeasured, RootCauseSubmitted, DeliverableSubmitted, GateEvidence, WeeklyReviewSubmitted>
      what;
};

/// Renamed ids, from content.migrated facts: so that an edit of the content never loses what was earned before it.
class Renames {
 public:
  static Renames from(std::span<const ledger::Fact> facts);
  /// Where `id` of that kind (module, lab, explainer, concept, project) has gone; `id` itself when it stayed.
  std::string resolve(std::string_view kind, std::string id) const;

 private:
  std::unordered_map<std::string, std::string> to_;
};

/// @errors kInvalidArgument: the data is not what the kind and version promise; kNotFound: it speaks of content that is
///         not there; kUnimplemented: a kind or version that this program does not know
base::Result<Event> decode(const ledger::Fact& fact, const Course& course, const Renames& renames);

struct Decoded {
  std::vector<Event> events;
  std::vector<std::int64_t> unread;  ///< facts that decode() refused: kept in the ledger, without effect
};
Decoded decode_all(std::span<const ledger::Fact> facts, const Course& course);

}  // namespace groundwork::progress
