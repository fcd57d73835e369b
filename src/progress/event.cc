#include "progress/event.h"

#include <algorithm>
#include <array>
#include <functional>

#include "base/suggest.h"
#include "progress/amount.h"

namespace groundwork::progress {
namespace {

using base::Code;
using base::Result;
using base::json::object;

constexpr std::array<std::string_view, 7> kPurposes = {"module",  "retest",   "remedial", "recap",
                                                       "mastery", "test-out", "practice"};
constexpr std::array<std::string_view, 7> kVerdicts = {"PASS",           "FAIL",    "TIMEOUT",  "OUT_OF_MEMORY",
                                                       "INFRASTRUCTURE", "INVALID", "CANCELLED"};

template <typename Enum, std::size_t N>
Result<Enum> enum_from(std::string_view name, const std::array<std::string_view, N>& names, std::string_view what) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  const std::vector<std::string> all(names.begin(), names.end());
  return base::make_error(Code::kInvalidArgument, "expected a " + std::string(what) + ", found '" + std::string(name) +
                                                      "'" + base::did_you_mean(name, all));
}

struct Reader {
  const object& data;
  const Course& course;
  const Renames& renames;

  Result<int> index(std::string_view kind, std::string_view key, int (Course::*find)(std::string_view) const) const {
    GW_TRY(std::string id, base::get_string(data, key, "data"));
    return resolved(kind, std::move(id), find);
  }
  Result<int> resolved(std::string_view kind, std::string id, int (Course::*find)(std::string_view) const) const {
    id = renames.resolve(kind, std::move(id));
    const int at = (course.*find)(id);
    if (at == kNone) {
      return base::make_error(Code::kNotFound, "there is no " + std::string(kind) + " '" + id + "' in the library");
    }
    return at;
  }
  /// Those that still exist; a concept that was removed is nobody's any more.
  Result<std::vector<int>> concepts(const base::json::array& ids) const {
    std::vector<int> out;
    for (const base::json::value& id : ids) {
      if (!id.is_string()) return base::make_error(Code::kInvalidArgument, "expected concept ids as text");
      const int at = course.concept_index(renames.resolve("concept", std::string(id.as_string())));
      if (at != kNone) out.push_back(at);
    }
    return out;
  }
};

Result<Event> with(const ledger::Fact& fact, decltype(Event::what) what) {
  return Event{.seq = fact.seq, .at = fact.at, .what = std::move(what)};
}

Result<Event> profile_set(const ledger::Fact& fact, const Reader& reader) {
  ProfileSet out;
  GW_TRY(const std::int64_t pace, base::get_int(reader.data, "pace_weeks", "data"));
  GW_TRY(const std::int64_t hours, base::get_int(reader.data, "hours_per_week", "data"));
  GW_TRY(const std::string start, base::get_string(reader.data, "start_on", "data"));
  if ((pace != 12 && pace != 16) || (hours != 10 && hours != 12)) {
    return base::make_error(Code::kInvalidArgument, "expected a pace of 12 or 16 weeks at 10 or 12 hours, found " +
                                                        std::to_string(pace) + " and " + std::to_string(hours));
  }
  GW_TRY(out.start_on, base::parse_date(start));
  out.pace_weeks = static_cast<int>(pace);
  out.hours_per_week = static_cast<int>(hours);
  return with(fact, out);
}

Result<Event> explainer_read(const ledger::Fact& fact, const Reader& reader) {
  ExplainerRead out;
  GW_TRY(out.explainer, reader.index("explainer", "explainer", &Course::explainer));
  GW_TRY(out.fraction, base::get_number(reader.data, "fraction", "data"));
  if (!(out.fraction >= 0 && out.fraction <= 1)) {
    return base::make_error(Code::kInvalidArgument, "data.fraction: expected 0 to 1");
  }
  return with(fact, out);
}

Result<Event> quiz_started(const ledger::Fact& fact, const Reader& reader) {
  QuizStarted out;
  GW_TRY(out.module, reader.index("module", "module", &Course::module));
  GW_TRY(const std::string purpose, base::get_string(reader.data, "purpose", "data"));
  GW_TRY(out.purpose, purpose_from(purpose));
  return with(fact, out);
}

Result<Event> quiz_finished(const ledger::Fact& fact, const Reader& reader) {
  QuizFinished out;
  GW_TRY(out.module, reader.index("module", "module", &Course::module));
  GW_TRY(const std::string purpose, base::get_string(reader.data, "purpose", "data"));
  GW_TRY(out.purpose, purpose_from(purpose));
  GW_TRY(out.score, fraction_from(reader.data, "score", "data"));
  GW_TRY(const base::json::array* missed, base::get_array(reader.data, "missed_concepts", "data"));
  GW_TRY(out.missed, reader.concepts(*missed));
  if (out.purpose == Purpose::kRemedial) {
    GW_TRY(out.remedial_concept, reader.index("concept", "concept", &Course::concept_index));
  }
  const std::string revision = base::string_or(reader.data, "revision");
  out.current =
      revision.empty() || revision == reader.course.modules[static_cast<std::size_t>(out.module)].bank_revision;
  return with(fact, std::move(out));
}

Result<Event> lab_started(const ledger::Fact& fact, const Reader& reader) {
  LabStarted out;
  GW_TRY(out.lab, reader.index("lab", "lab", &Course::lab));
  return with(fact, out);
}

Result<Event> lab_graded(const ledger::Fact& fact, const Reader& reader) {
  LabGraded out;
  GW_TRY(out.lab, reader.index("lab", "lab", &Course::lab));
  GW_TRY(const std::string verdict, base::get_string(reader.data, "verdict", "data"));
  GW_TRY(out.verdict, verdict_from(verdict));
  GW_TRY(const std::string variant, base::get_string(reader.data, "variant", "data"));
  if (variant != "standard" && variant != "harder") {
    return base::make_error(Code::kInvalidArgument,
                            "data.variant: expected standard or harder, found '" + variant + "'");
  }
  out.harder = variant == "harder";
  GW_TRY(out.score, fraction_from(reader.data, "score", "data"));
  const std::int64_t seconds = base::int_or(reader.data, "timed_seconds", kNone);
  out.timed_seconds = static_cast<int>(std::min<std::int64_t>(seconds, 86400));
  GW_TRY(const std::string revision, base::get_string(reader.data, "revision", "data"));
  out.current = revision == reader.course.labs[static_cast<std::size_t>(out.lab)].revision;
  return with(fact, out);
}

Result<Event> review_submitted(const ledger::Fact& fact, const Reader& reader) {
  ReviewSubmitted out;
  GW_TRY(out.module, reader.index("module", "module", &Course::module));
  GW_TRY(const std::string by, base::get_string(reader.data, "by", "data"));
  GW_TRY(const std::string verdict, base::get_string(reader.data, "verdict", "data"));
  if ((by != "self" && by != "mentor") || (verdict != "cleared" && verdict != "again")) {
    return base::make_error(Code::kInvalidArgument, "expected by self or mentor with verdict cleared or again, found " +
                                                        by + " and " + verdict);
  }
  out.by_mentor = by == "mentor";
  out.cleared = verdict == "cleared";
  GW_TRY(const base::json::array* answers, base::get_array(reader.data, "answers", "data"));
  base::json::array ids;
  for (const base::json::value& answer : *answers) {
    if (!answer.is_object()) return base::make_error(Code::kInvalidArgument, "data.answers: expected objects");
    GW_TRY(std::string id, base::get_string(answer.get_object(), "concept", "data.answers"));
    GW_TRY(const std::string text, base::get_string(answer.get_object(), "text", "data.answers"));
    if (!text.empty()) ids.emplace_back(std::move(id));
  }
  GW_TRY(out.concepts, reader.concepts(ids));
  return with(fact, std::move(out));
}

Result<Event> kpi_measured(const ledger::Fact& fact, const Reader& reader) {
  KpiMeasured out;
  GW_TRY(out.project, reader.index("project", "project", &Course::project));
  GW_TRY(out.kpi, base::get_string(reader.data, "kpi", "data"));
  GW_TRY(const double value, base::get_number(reader.data, "value", "data"));
  GW_TRY(const double target, base::get_number(reader.data, "target", "data"));
  GW_TRY(const std::string comparison, base::get_string(reader.data, "comparison", "data"));
  if (comparison != "at-least" && comparison != "at-most") {
    return base::make_error(Code::kInvalidArgument,
                            "data.comparison: expected at-least or at-most, found '" + comparison + "'");
  }
  // Written so that a value that is no number misses.
  out.missed = comparison == "at-least" ? !(value >= target) : !(value <= target);
  const std::string unit = base::string_or(reader.data, "unit");
  const Course::Project& project = reader.course.projects[static_cast<std::size_t>(out.project)];
  const auto metric = std::find(project.metrics.begin(), project.metrics.end(), out.kpi);
  const std::string title = metric == project.metrics.end()
                                ? out.kpi
                                : project.metric_titles[static_cast<std::size_t>(metric - project.metrics.begin())];
  out.text = title + " measured at " + shown(value, unit) + ", target " +
             (comparison == "at-least" ? "at least " : "at most ") + shown(target, unit);
  return with(fact, std::move(out));
}

Result<Event> root_cause_submitted(const ledger::Fact& fact, const Reader& reader) {
  RootCauseSubmitted out;
  GW_TRY(out.project, reader.index("project", "project", &Course::project));
  GW_TRY(out.kpi, base::get_string(reader.data, "kpi", "data"));
  out.complete = true;
  for (std::string_view part : {"measured", "hypothesis", "experiment", "result", "fix", "regression_guard"}) {
    if (base::string_or(reader.data, part).find_first_not_of(" \t\r\n") == std::string::npos) out.complete = false;
  }
  GW_TRY(const base::json::array* runs, base::get_array(reader.data, "runs", "data"));
  if (runs->empty()) out.complete = false;
  return with(fact, std::move(out));
}

Result<Event> deliverable_submitted(const ledger::Fact& fact, const Reader& reader) {
  DeliverableSubmitted out;
  GW_TRY(out.module, reader.index("module", "module", &Course::module));
  GW_TRY(out.deliverable, base::get_string(reader.data, "deliverable", "data"));
  return with(fact, std::move(out));
}

Result<Event> gate_evidence(const ledger::Fact& fact, const Reader& reader) {
  GateEvidence out;
  GW_TRY(out.phase, reader.index("gate", "gate", &Course::gate));
  GW_TRY(out.item, base::get_string(reader.data, "item", "data"));
  return with(fact, std::move(out));
}

Result<Event> weekly_review_submitted(const ledger::Fact& fact, const Reader& reader) {
  GW_TRY(const std::int64_t week, base::get_int(reader.data, "week", "data"));
  if (week < 1 || week > 16) return base::make_error(Code::kInvalidArgument, "data.week: expected 1 to 16");
  return with(fact, WeeklyReviewSubmitted{static_cast<int>(week)});
}

Result<Event> noted(const ledger::Fact& fact, const Reader& /*reader*/) { return with(fact, Noted{}); }

using Decoder = Result<Event> (*)(const ledger::Fact&, const Reader&);
struct Known {
  std::string_view kind;
  Decoder decoder;
};
constexpr std::array<Known, 18> kKinds = {{{"profile.set", profile_set},
                                           {"explainer.read", explainer_read},
                                           {"quiz.started", quiz_started},
                                           {"quiz.extended", noted},
                                           {"quiz.answered", noted},
                                           {"quiz.finished", quiz_finished},
                                           {"lab.started", lab_started},
                                           {"lab.graded", lab_graded},
                                           {"review.submitted", review_submitted},
                                           {"kpi.measured", kpi_measured},
                                           {"root-cause.submitted", root_cause_submitted},
                                           {"deliverable.submitted", deliverable_submitted},
                                           {"gate.evidence", gate_evidence},
                                           {"weekly-review.submitted", weekly_review_submitted},
                                           {"kpi.recorded", noted},
                                           {"project.started", noted},
                                           {"story.noted", noted},
                                           {"content.migrated", noted}}};

}  // namespace

std::string_view to_string(Purpose purpose) { return kPurposes[static_cast<std::size_t>(purpose)]; }
std::string_view to_string(Verdict verdict) { return kVerdicts[static_cast<std::size_t>(verdict)]; }
Result<Purpose> purpose_from(std::string_view name) { return enum_from<Purpose>(name, kPurposes, "purpose"); }
Result<Verdict> verdict_from(std::string_view name) { return enum_from<Verdict>(name, kVerdicts, "verdict"); }

Renames Renames::from(std::span<const ledger::Fact> facts) {
  Renames out;
  for (const ledger::Fact& fact : facts) {
    if (fact.kind != "content.migrated") continue;
    const auto map = base::get_array(fact.data, "map", "data");
    if (!map.ok()) continue;
    for (const base::json::value& entry : **map) {
      if (!entry.is_object()) continue;
      const object& move = entry.get_object();
      const std::string kind = base::string_or(move, "kind");
      const std::string from = base::string_or(move, "from");
      const std::string to = base::string_or(move, "to");
      if (!from.empty() && !to.empty() && from != to) out.to_[kind + "/" + from] = to;
    }
  }
  return out;
}

std::string Renames::resolve(std::string_view kind, std::string id) const {
  // A chain of renames is followed; one that runs in a circle ends after as many steps as there are entries.
  for (std::size_t steps = 0; steps < to_.size(); ++steps) {
    const auto at = to_.find(std::string(kind) + "/" + id);
    if (at == to_.end()) break;
    id = at->second;
  }
  return id;
}

Result<Event> decode(const ledger::Fact& fact, const Course& course, const Renames& renames) {
  for (const Known& known : kKinds) {
    if (known.kind != fact.kind) continue;
    if (fact.version != 1) {
      return base::make_error(Code::kUnimplemented, fact.kind + ": this program knows version 1, found version " +
                                                        std::to_string(fact.version));
    }
    return known.decoder(fact, Reader{fact.data, course, renames});
  }
  std::vector<std::string> kinds;
  for (const Known& known : kKinds) kinds.emplace_back(known.kind);
  return base::make_error(Code::kUnimplemented,
                          "unknown kind of fact '" + fact.kind + "'" + base::did_you_mean(fact.kind, kinds));
}

Decoded decode_all(std::span<const ledger::Fact> facts, const Course& course) {
  const Renames renames = Renames::from(facts);
  Decoded out;
  out.events.reserve(facts.size());
  for (const ledger::Fact& fact : facts) {
    Result<Event> event = decode(fact, course, renames);
    if (event.ok()) {
      out.events.push_back(std::move(event).value());
    } else {
      out.unread.push_back(fact.seq);
    }
  }
  return out;
}

}  // namespace groundwork::progress
