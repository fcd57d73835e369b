#include "portfolio/root_cause.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "base/hash.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "portfolio/format.h"
#include "schema/document.h"

namespace groundwork::portfolio {
namespace {

using base::Code;
using base::make_error;
using base::Result;
using base::json::array;
using base::json::object;
using base::json::value;

std::string trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return {};
  return std::string(text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1));
}

std::set<std::string> words_of(std::string_view text) {
  std::set<std::string> out;
  std::string word;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || byte >= 0x80) {
      word += static_cast<char>(std::tolower(byte));
    } else if (!word.empty()) {
      out.insert(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) out.insert(std::move(word));
  return out;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

struct KnownRun {
  std::string run;
  double value = 0;
  std::string unit;
  std::string at;
  bool missed = false;
  std::int64_t fact = 0;
};

/// The runs that measured the KPI of the project, newest first.
std::vector<KnownRun> runs_of(const Evidence& evidence, const std::string& project, const std::string& kpi) {
  std::vector<KnownRun> out;
  for (auto fact = evidence.facts.rbegin(); fact != evidence.facts.rend(); ++fact) {
    const object& data = fact->data;
    const bool of_it = fact->kind == "kpi.measured" && base::string_or(data, "project") == project &&
                       base::string_or(data, "kpi") == kpi;
    if (!of_it) continue;
    KnownRun run;
    run.run = base::string_or(data, "run");
    run.value = base::number_or(data, "value", 0);
    run.unit = base::string_or(data, "unit");
    run.at = base::format_timestamp(fact->at);
    run.fact = fact->seq;
    const double target = base::number_or(data, "target", 0);
    run.missed = base::string_or(data, "comparison") == "at-least" ? !(run.value >= target) : !(run.value <= target);
    out.push_back(std::move(run));
  }
  return out;
}

std::vector<std::string> all_runs(const Evidence& evidence) {
  std::set<std::string> out;
  for (const ledger::Fact& fact : evidence.facts) {
    if (fact.kind != "kpi.measured" && fact.kind != "kpi.recorded") continue;
    if (const std::string run = base::string_or(fact.data, "run"); !run.empty()) out.insert(run);
  }
  return {out.begin(), out.end()};
}

const progress::Block* block_of(const std::vector<progress::Block>& blocks, int project, const std::string& kpi) {
  for (const progress::Block& block : blocks) {
    if (block.project == project && (kpi.empty() || block.kpi == kpi)) return &block;
  }
  return nullptr;
}

Result<int> project_of(const Evidence& evidence, const std::string& project) {
  GW_TRY([[maybe_unused]] const curriculum::ProjectGuide* guide, guide_of(*evidence.standing->content, project));
  return evidence.standing->course->project(project);
}

}  // namespace

const std::vector<ReportPart>& report_parts() {
  static const std::vector<ReportPart> kParts = {
      {"measured", "What was measured", "The number, its target, the run, the machine and the load. Facts only."},
      {"hypothesis", "Hypothesis", "What you believe made it miss, and what would be seen if that were wrong."},
      {"experiment", "Experiment", "The one thing you changed or isolated to test it, and what you held still."},
      {"result", "Result", "What came out, with numbers, and which other causes it ruled out."},
      {"fix", "Fix", "What you change, where, and what it costs elsewhere."},
      {"regression_guard", "Regression guard",
       "The test, alert or gate that would catch it next time; not a resolution."},
  };
  return kParts;
}

std::vector<std::string> problems_of(const Report& report, const Evidence& evidence) {
  std::vector<std::string> out;
  const std::vector<ReportPart>& parts = report_parts();
  std::set<std::string> seen;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string text = i < report.parts.size() ? trimmed(report.parts[i]) : std::string();
    const std::string title(parts[i].title);
    const std::size_t length = characters(text);
    const std::size_t words = words_of(text).size();
    if (text.empty()) {
      out.push_back(title + ": nothing written");
    } else if (length < kLeastCharacters) {
      out.push_back(title + ": expected at least " + std::to_string(kLeastCharacters) + " characters, found " +
                    std::to_string(length));
    } else if (words < kLeastWords) {
      out.push_back(title + ": expected at least " + std::to_string(kLeastWords) + " different words, found " +
                    std::to_string(words));
    } else if (text.find(parts[i].hint) != std::string::npos) {
      out.push_back(title + ": still holds the template's own text");
    } else if (!seen.insert(text).second) {
      out.push_back(title + ": says the same as a part before it");
    }
  }
  if (report.runs.empty()) {
    out.emplace_back("Runs: expected at least one run that measured this KPI, found none");
    return out;
  }
  const std::vector<std::string> known = all_runs(evidence);
  const std::vector<KnownRun> measured = runs_of(evidence, report.project, report.kpi);
  bool any = false;
  for (const std::string& run : report.runs) {
    if (std::find(known.begin(), known.end(), run) == known.end()) {
      out.push_back("Runs: there is no run '" + base::clip(run, 80) + "'" +
                    base::did_you_mean(base::clip(run, 80), known));
    }
    any = any || std::any_of(measured.begin(), measured.end(), [&](const KnownRun& one) { return one.run == run; });
  }
  if (!any) {
    std::string text = "Runs: none of them measured " + report.kpi + " of " + report.project;
    if (!measured.empty()) text += "; the last one that did is " + measured.front().run;
    out.push_back(text);
  }
  return out;
}

Result<std::int64_t> submit_report(assess::Study& study, const std::string& learner, const Report& report) {
  GW_TRY(const Evidence evidence, evidence_of(study, learner));
  GW_TRY(const int project, project_of(evidence, report.project));
  const int phase = evidence.standing->course->projects[static_cast<std::size_t>(project)].phase;
  const std::vector<progress::Block> blocks = evidence.standing->state.blocks(phase);
  if (block_of(blocks, project, report.kpi) == nullptr) {
    std::string text = "no report on " + report.kpi + " of " + report.project + " is due";
    if (const progress::Block* other = block_of(blocks, project, ""))
      text += "; the one that is due is on " + other->kpi;
    return make_error(Code::kFailedPrecondition, text);
  }
  if (const std::vector<std::string> problems = problems_of(report, evidence); !problems.empty()) {
    std::string text = "the report is not complete";
    for (const std::string& problem : problems) text += (&problem == problems.data() ? ": " : "; ") + problem;
    return make_error(Code::kFailedPrecondition, text);
  }
  object data{
      {"project", report.project}, {"kpi", report.kpi}, {"runs", array(report.runs.begin(), report.runs.end())}};
  for (std::size_t i = 0; i < report_parts().size(); ++i) data[report_parts()[i].id] = trimmed(report.parts[i]);
  const std::string id = "root-cause.submitted:" + std::to_string(evidence.standing->last_seq + 1) + ":" +
                         base::sha256_hex(base::canonical_json(data)).substr(0, 12);
  return study.record(study.fact(learner, id, "root-cause.submitted", std::move(data)));
}

Result<object> report_form_json(const Evidence& evidence, const std::string& id, const std::string& wanted) {
  GW_TRY(const int project, project_of(evidence, id));
  const progress::Course::Project& spec = evidence.standing->course->projects[static_cast<std::size_t>(project)];
  const std::vector<progress::Block> blocks = evidence.standing->state.blocks(spec.phase);
  const progress::Block* block = block_of(blocks, project, wanted);
  std::string kpi = wanted;
  if (kpi.empty() && block != nullptr) kpi = block->kpi;
  if (kpi.empty()) {
    for (const std::string& metric : spec.metrics) {
      const progress::KpiTrack* last = evidence.standing->state.kpi(project, metric);
      if (last != nullptr && last->missed) kpi = metric;
    }
  }
  if (kpi.empty()) kpi = spec.metrics.front();
  const auto metric = std::find(spec.metrics.begin(), spec.metrics.end(), kpi);
  if (metric == spec.metrics.end() && block == nullptr) {
    return make_error(Code::kNotFound, id + " has no metric '" + base::clip(kpi, 80) + "'" +
                                           base::did_you_mean(base::clip(kpi, 80), spec.metrics));
  }
  array runs;
  for (const KnownRun& run : runs_of(evidence, id, kpi)) {
    runs.push_back(object{{"run", run.run},
                          {"value_text", shown(run.value, run.unit)},
                          {"missed", run.missed},
                          {"at", run.at},
                          {"fact", run.fact}});
  }
  array parts;
  for (const ReportPart& part : report_parts()) {
    parts.push_back(object{{"id", part.id}, {"title", part.title}, {"hint", part.hint}});
  }
  const progress::KpiTrack* last = evidence.standing->state.kpi(project, kpi);
  return object{{"project_id", id},
                {"project_title", spec.title},
                {"kpi", kpi},
                {"title", metric == spec.metrics.end()
                              ? kpi
                              : spec.metric_titles[static_cast<std::size_t>(metric - spec.metrics.begin())]},
                {"due", block != nullptr},
                {"measured", block != nullptr  ? block->text
                             : last != nullptr ? last->text
                                               : "never measured"},
                {"runs", std::move(runs)},
                {"parts", std::move(parts)},
                {"least_characters", kLeastCharacters},
                {"least_words", kLeastWords},
                {"command", "groundwork report new " + kpi + " --project " + id}};
}

std::string report_template(const object& form) {
  std::string out =
      "---\nproject: " + base::string_or(form, "project_id") + "\nkpi: " + base::string_or(form, "kpi") + "\nruns:\n";
  const array& runs = form.at("runs").as_array();
  if (!runs.empty()) out += "- " + base::string_or(runs.front().as_object(), "run") + "\n";
  out += "---\n\n# Root-cause report: " + base::string_or(form, "title") + " of " +
         base::string_or(form, "project_title") + "\n\n" + base::string_or(form, "measured") +
         ".\nEach part: at least " + std::to_string(kLeastCharacters) +
         " characters, in your own words, in the place of the line in brackets.\n";
  for (const ReportPart& part : report_parts()) {
    out += "\n## " + std::string(part.title) + "\n\n[" + std::string(part.hint) + "]\n";
  }
  return out;
}

Result<Report> report_from_markdown(std::string_view text, const std::string& file) {
  GW_TRY(const schema::FrontMatter parts, schema::split_front_matter(text, file));
  const auto wrong = [&](const std::string& message) {
    return make_error(Code::kInvalidArgument, file + ": " + message);
  };
  if (!parts.document.value.is_object()) return wrong("front matter: expected project, kpi and runs");
  const object& head = parts.document.value.get_object();
  Report out;
  out.project = base::string_or(head, "project");
  out.kpi = base::string_or(head, "kpi");
  if (out.project.empty() || out.kpi.empty()) return wrong("front matter: expected project and kpi");
  if (const value* runs = head.if_contains("runs"); runs != nullptr && runs->is_array()) {
    for (const value& run : runs->get_array()) {
      if (!run.is_string()) return wrong("runs: expected the ids of runs as text");
      out.runs.emplace_back(run.get_string());
    }
  }
  for (const ReportPart& part : report_parts()) {
    const std::string heading = "## " + std::string(part.title) + "\n";
    std::size_t from = parts.body.rfind("\n" + heading);
    if (from == std::string::npos && parts.body.starts_with(heading)) from = 0;
    if (from == std::string::npos) return wrong("expected the heading '## " + std::string(part.title) + "'");
    from = parts.body.find('\n', from + 1) + 1;
    const std::size_t to = parts.body.find("\n## ", from);
    const std::string body = to == std::string::npos ? parts.body.substr(from) : parts.body.substr(from, to - from);
    out.parts.push_back(trimmed(body));
  }
  return out;
}

}  // namespace groundwork::portfolio
