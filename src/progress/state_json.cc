#include "progress/state_json.h"

#include <algorithm>

namespace groundwork::progress {
namespace {

using base::json::array;
using base::json::object;
using base::json::value;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

value optional_fraction(const std::optional<Fraction>& fraction) {
  return fraction ? value(to_json(*fraction)) : value(nullptr);
}

value optional_time(const std::optional<base::Timestamp>& time) {
  return time ? value(base::format_timestamp(*time)) : value(nullptr);
}

array reasons_json(const std::vector<Reason>& reasons) {
  array out;
  for (const Reason& reason : reasons) {
    array facts(reason.facts.begin(), reason.facts.end());
    out.push_back(object{{"rule", reason.rule}, {"text", reason.text}, {"facts", std::move(facts)}});
  }
  return out;
}

std::string_view revision_of(const LearnerState& state, int module) {
  const ModuleTrack& track = state.module(module);
  bool any = track.quiz_passed;
  bool recheck = track.recheck;
  for (int lab : state.course().modules[at(module)].labs) {
    any = any || state.lab(lab).best.has_value();
    recheck = recheck || state.lab(lab).recheck;
  }
  if (!any) return "new";
  return recheck ? "to-recheck" : "unchanged";
}

}  // namespace

object action_json(const Course& course, const Action& action) {
  object out{{"kind", to_string(action.kind)}, {"target", action.target}, {"title", action.title}, {"why", action.why}};
  if (action.module != kNone) out["module_id"] = course.modules[at(action.module)].id;
  if (action.minutes > 0) out["minutes"] = action.minutes;
  if (!action.command.empty()) out["command"] = action.command;
  if (!action.href.empty()) out["href"] = action.href;
  return out;
}

object lab_state_json(const LearnerState& state, int index) {
  const LabTrack& lab = state.lab(index);
  return {{"lab_id", state.course().labs[at(index)].id},
          {"passed", lab.best && lab.best->is_one()},
          {"score", optional_fraction(lab.best)},
          {"attempts", lab.attempts}};
}

object module_state_json(const LearnerState& state, int index, base::Timestamp now) {
  const Course& course = state.course();
  const Course::Module& module = course.modules[at(index)];
  const ModuleTrack& track = state.module(index);
  const Explanation explanation = explain(state, index, now);
  array labs;
  for (int lab : module.labs) labs.push_back(lab_state_json(state, lab));
  array missed;
  for (int item : track.missed) missed.emplace_back(course.concepts[at(item)].id);
  array recap;
  if (track.recap_due) {
    for (int before : module.prerequisites) recap.emplace_back(course.modules[at(before)].id);
  }
  const bool remedial = track.remedial_concept != kNone;
  const bool review_waits = track.review_due && state.settings().mentor;
  return {{"module_id", module.id},
          {"status", to_string(state.status(index))},
          {"reasons", reasons_json(explanation.reasons)},
          {"next", action_json(course, explanation.next)},
          {"what_if", explanation.what_if},
          {"quiz_score", optional_fraction(track.quiz_score)},
          {"lab_score", optional_fraction(state.lab_mark(index))},
          {"quiz_passed", track.quiz_passed},
          {"labs_passed", state.labs_passed(index)},
          {"labs", std::move(labs)},
          {"remedial", remedial ? value(course.concepts[at(track.remedial_concept)].remedial) : value(nullptr)},
          {"recap_due", track.recap_due},
          {"recap_modules", std::move(recap)},
          {"review_due", track.review_due},
          {"missed_concepts", std::move(missed)},
          {"review_due_at",
           review_waits ? value(base::format_timestamp(track.review_since + kMentorPatience)) : value(nullptr)},
          {"mastery", to_string(state.mastery(index, now))},
          {"completed_at", optional_time(track.completed_at)},
          {"revision", revision_of(state, index)}};
}

object gate_json(const LearnerState& state, int phase) {
  const Course::Phase& spec = state.course().phases[at(phase)];
  const auto complete = std::count_if(spec.modules.begin(), spec.modules.end(),
                                      [&](int m) { return state.status(m) == Status::kComplete; });
  return {{"gate_id", spec.gate_id},
          {"status", state.gate_open(phase) ? "open" : "closed"},
          {"modules_complete", complete},
          {"modules_total", spec.modules.size()},
          {"reasons", reasons_json(explain_gate(state, phase))}};
}

value profile_json(const std::optional<ProfileSet>& profile) {
  if (!profile) return nullptr;
  return object{{"pace_weeks", profile->pace_weeks},
                {"hours_per_week", profile->hours_per_week},
                {"start_on", base::format_date(profile->start_on)}};
}

namespace {

/// status_json() with these in the place of "modules".
object status_around(const LearnerState& state, const std::string& learner, base::Timestamp now, value modules) {
  const Course& course = state.course();
  array gates;
  for (std::size_t p = 0; p < course.phases.size(); ++p) gates.push_back(gate_json(state, static_cast<int>(p)));
  array parts;
  double percent = 0;
  for (const ReadinessPart& part : readiness(state, now)) {
    percent += part.earned;
    parts.push_back(
        object{{"name", part.name}, {"earned", part.earned}, {"possible", part.possible}, {"text", part.text}});
  }
  return {{"learner", learner},
          {"as_of", base::format_timestamp(now)},
          {"facts", state.events()},
          {"profile", profile_json(state.profile())},
          {"current_week", current_week(state, now)},
          {"next", action_json(course, next_action(state, now))},
          {"gates", std::move(gates)},
          {"readiness", object{{"percent", percent}, {"parts", std::move(parts)}}},
          {"modules", std::move(modules)}};
}

}  // namespace

object status_json(const LearnerState& state, const std::string& learner, base::Timestamp now) {
  array modules;
  for (std::size_t m = 0; m < state.course().modules.size(); ++m) {
    modules.push_back(module_state_json(state, static_cast<int>(m), now));
  }
  return status_around(state, learner, now, std::move(modules));
}

StatusWriter::StatusWriter(std::shared_ptr<const Course> course)
    : course_(std::move(course)), outlines_(course_->modules.size()) {
  const LearnerState nobody(*course_);
  for (std::size_t m = 0; m < outlines_.size(); ++m) {
    const auto index = static_cast<int>(m);
    if (nobody.status(index) != Status::kOutline || !course_->modules[m].labs.empty()) continue;
    outlines_[m] = base::json::serialize(module_state_json(nobody, index, base::Timestamp{}));
  }
}

std::string StatusWriter::write(const LearnerState& state, const std::string& learner, base::Timestamp now) const {
  static const ModuleTrack kUntouched;
  std::string out = base::json::serialize(status_around(state, learner, now, array{}));
  out.resize(out.size() - 2);  // "modules" is the last member, and its array is open now
  for (std::size_t m = 0; m < outlines_.size(); ++m) {
    const auto index = static_cast<int>(m);
    if (m > 0) out += ',';
    if (!outlines_[m].empty() && state.module(index) == kUntouched) {
      out += outlines_[m];
    } else {
      out += base::json::serialize(module_state_json(state, index, now));
    }
  }
  return out + "]}";
}

object plan_json(const Course& course, const std::optional<ProfileSet>& profile) {
  array weeks;
  object out{{"profile", profile_json(profile)}};
  if (profile) {
    const Split split = split_of(course, profile->hours_per_week);
    out["split"] = object{{"theory", split.theory},
                          {"building", split.building},
                          {"interview", split.interview},
                          {"retrospective", split.retrospective}};
    for (const PlanWeek& week : plan(course, *profile)) {
      array sessions;
      for (const Session& session : week.sessions) {
        sessions.push_back(object{{"date", base::format_date(session.date)},
                                  {"kind", session.kind},
                                  {"hours", session.hours},
                                  {"title", session.title}});
      }
      array modules;
      for (int m : week.modules) modules.emplace_back(course.modules[at(m)].id);
      weeks.push_back(object{{"number", week.number},
                             {"from", base::format_date(week.from)},
                             {"to", base::format_date(week.to)},
                             {"roadmap_weeks", array(week.roadmap_weeks.begin(), week.roadmap_weeks.end())},
                             {"title", week.title},
                             {"modules", std::move(modules)},
                             {"gate", week.gate.empty() ? value(nullptr) : value(week.gate)},
                             {"sessions", std::move(sessions)}});
    }
  }
  out["weeks"] = std::move(weeks);
  return out;
}

}  // namespace groundwork::progress
