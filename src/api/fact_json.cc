#include "api/fact_json.h"

#include <map>

#include "progress/amount.h"
#include "progress/derive.h"

namespace groundwork::api {
namespace {

using base::json::array;
using base::json::object;

std::string percent_of(const object& data, const char* key) {
  const auto score = progress::fraction_from(data, key, "data");
  if (!score.ok()) return "an unreadable score";
  const auto tenths = static_cast<std::int64_t>(score->percent() * 10 + 1e-9);
  return std::to_string(tenths / 10) + (tenths % 10 != 0 ? "." + std::to_string(tenths % 10) : "") + " %";
}

}  // namespace

std::string fact_summary(const curriculum::Curriculum& content, const ledger::Fact& fact) {
  const object& data = fact.data;
  const auto text = [&](const char* key) { return base::string_or(data, key); };
  const auto module = [&] {
    const curriculum::Module* found = content.module(text("module"));
    return found == nullptr ? text("module") : found->title;
  };
  const auto lab = [&] {
    const auto found = content.labs.find(text("lab"));
    return found == content.labs.end() ? text("lab") : found->second.title;
  };
  if (fact.kind == "profile.set") {
    return "Pace: " + std::to_string(base::int_or(data, "pace_weeks", 0)) + " weeks of " +
           std::to_string(base::int_or(data, "hours_per_week", 0)) + " h, from " + text("start_on");
  }
  if (fact.kind == "explainer.read") {
    const auto found = content.explainers.find(text("explainer"));
    const std::string title = found == content.explainers.end() ? text("explainer") : found->second.title;
    return "Read " + std::to_string(static_cast<int>(base::number_or(data, "fraction", 0) * 100)) + " % of " + title;
  }
  if (fact.kind == "quiz.started") return "Began a quiz (" + text("purpose") + ") on " + module();
  if (fact.kind == "quiz.extended") return "One more item was drawn";
  if (fact.kind == "quiz.answered") return "Answered " + text("item") + ": " + percent_of(data, "credit") + " credit";
  if (fact.kind == "quiz.finished") {
    return "Finished a quiz (" + text("purpose") + ") on " + module() + ": " + percent_of(data, "score");
  }
  if (fact.kind == "lab.started") return "Started the lab " + lab();
  if (fact.kind == "lab.graded")
    return "Submitted " + lab() + ": " + text("verdict") + ", " + percent_of(data, "score");
  if (fact.kind == "review.submitted") return "Review of " + module() + " by " + text("by") + ": " + text("verdict");
  if (fact.kind == "kpi.measured") {
    return "Measured " + text("kpi") + " of " + text("project") + ": " +
           progress::shown(base::number_or(data, "value", 0), text("unit"));
  }
  if (fact.kind == "kpi.recorded") {
    return "Recorded " + text("kpi") + " (" + text("source") +
           "): " + progress::shown(base::number_or(data, "value", 0), text("unit"));
  }
  if (fact.kind == "project.started") return "Began " + text("project");
  if (fact.kind == "story.noted") return "Story: " + text("title");
  if (fact.kind == "root-cause.submitted") return "Root-cause report on " + text("kpi") + " of " + text("project");
  if (fact.kind == "deliverable.submitted") return "Deliverable of " + module() + ": " + text("deliverable");
  if (fact.kind == "gate.evidence") return "Evidence for " + text("gate") + ": " + text("item");
  if (fact.kind == "weekly-review.submitted") {
    return "Weekly review of week " + std::to_string(base::int_or(data, "week", 0));
  }
  if (fact.kind == "content.migrated") return "Content was renamed";
  return fact.kind;
}

array facts_json(const assess::Standing& standing, const std::vector<ledger::Fact>& all,
                 const std::vector<ledger::Fact>& shown) {
  std::map<std::int64_t, array> changed;
  const progress::Decoded decoded = progress::decode_all(all, *standing.course);
  for (const progress::Change& change :
       progress::changes(*standing.course, decoded.events, standing.state.settings())) {
    const auto& module = standing.course->modules[static_cast<std::size_t>(change.module)];
    changed[change.fact].push_back(object{{"module_id", module.id},
                                          {"from", to_string(change.from)},
                                          {"to", to_string(change.to)},
                                          {"text", module.title + ": " + std::string(to_string(change.from)) + " → " +
                                                       std::string(to_string(change.to))}});
  }
  array out;
  for (const ledger::Fact& fact : shown) {
    object entry = ledger::to_json(fact);
    entry.erase("learner");
    entry["summary"] = fact_summary(*standing.content, fact);
    const auto at = changed.find(fact.seq);
    entry["changes"] = at == changed.end() ? array{} : at->second;
    out.push_back(std::move(entry));
  }
  return out;
}

}  // namespace groundwork::api
