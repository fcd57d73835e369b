#include "api/lab_json.h"

#include <algorithm>

#include "assess/attempt_json.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "progress/state_json.h"
#include "text/markdown.h"

namespace groundwork::api {
namespace {

using base::json::array;
using base::json::object;
using base::json::value;

bool is_submission(const ledger::Fact& fact, const std::string& lab_id) {
  return fact.kind == "lab.graded" && base::string_or(fact.data, "lab") == lab_id;
}

progress::Fraction score_of(const ledger::Fact& fact) {
  const auto score = progress::fraction_from(fact.data, "score", "data");
  return score.ok() ? *score : progress::Fraction();
}

object attempt_json(const ledger::Fact& fact) {
  array failed;
  if (const auto tests = base::get_array(fact.data, "tests", "data"); tests.ok()) {
    for (const value& test : **tests) {
      if (test.is_object() && base::string_or(test.get_object(), "status") != "pass") {
        failed.emplace_back(base::string_or(test.get_object(), "id"));
      }
    }
  }
  const std::int64_t seconds = base::int_or(fact.data, "timed_seconds", -1);
  return {{"fact_id", fact.id},
          {"at", base::format_timestamp(fact.at)},
          {"verdict", base::string_or(fact.data, "verdict")},
          {"variant", base::string_or(fact.data, "variant")},
          {"score", progress::to_json(score_of(fact))},
          {"timed_seconds", seconds < 0 ? value(nullptr) : value(seconds)},
          {"failed_tests", std::move(failed)}};
}

object files_json(const assess::Files& files) {
  object out;
  for (const auto& [name, text] : files) out[name] = text;
  return out;
}

}  // namespace

base::Result<object> lab_json(assess::Study& study, const assess::Standing& standing,
                              const std::vector<ledger::Fact>& facts, const std::string& lab_id) {
  const curriculum::Curriculum& content = *standing.content;
  const auto found = content.labs.find(lab_id);
  if (found == content.labs.end()) {
    std::vector<std::string> names;
    for (const auto& [name, entry] : content.labs) names.push_back(name);
    return base::make_error(base::Code::kNotFound,
                            "there is no lab '" + base::clip(lab_id, 100) + "'" + base::did_you_mean(lab_id, names));
  }
  const curriculum::Lab& lab = found->second;
  assess::Files latest;
  array attempts;
  for (auto fact = facts.rbegin(); fact != facts.rend(); ++fact) {
    if (!is_submission(*fact, lab_id)) continue;
    if (attempts.empty()) {
      if (auto files = assess::submitted_files(study, *fact); files.ok()) latest = std::move(*files);
    }
    attempts.push_back(attempt_json(*fact));
  }
  array files;
  for (const std::string& name : lab.files) {
    const auto starter = lab.starter.find(name);
    const auto last = latest.find(name);
    files.push_back(object{{"path", name},
                           {"starter", starter == lab.starter.end() ? std::string() : starter->second},
                           {"latest", last == latest.end() ? value(nullptr) : value(last->second)}});
  }
  array tests;
  for (const auto& [name, text] : lab.tests) tests.push_back(object{{"path", name}, {"content", text}});
  array concepts;
  for (const std::string& name : lab.concepts) {
    if (const auto at = content.concepts.find(name); at != content.concepts.end()) {
      concepts.push_back(assess::concept_json(at->second));
    }
  }
  const base::Status open = assess::lab_is_open(standing, lab, assess::LabVariant::kStandard);
  const curriculum::Module* module = content.module(lab.module);
  const int index = standing.course->lab(lab_id);
  object out{{"lab_id", lab.id},
             {"title", lab.title},
             {"module_id", lab.module},
             {"module_title", module == nullptr ? lab.module : module->title},
             {"kind", lab.is_dsa ? "dsa" : "lab"},
             {"difficulty", lab.difficulty},
             {"minutes", lab.minutes},
             {"timed", nullptr},
             {"editor", lab.editor},
             {"task_html", text::render_markdown(lab.task).html},
             {"files", std::move(files)},
             {"tests", std::move(tests)},
             {"limits", object{{"wall_seconds", lab.limits.wall_seconds},
                               {"cpu_seconds", lab.limits.cpu_seconds},
                               {"memory_mb", lab.limits.memory_mb},
                               {"processes", lab.limits.processes},
                               {"output_kb", lab.limits.output_kb}}},
             {"concepts", std::move(concepts)},
             {"has_harder", !lab.harder.empty()},
             {"startable", open.ok()},
             {"commands",
              array{"groundwork lab start " + lab.id, "cd " + lab.id, "groundwork lab test", "groundwork lab submit"}},
             {"attempts", std::move(attempts)}};
  if (lab.timed_minutes) {
    out["timed"] = object{{"from_minutes", lab.timed_minutes->first}, {"to_minutes", lab.timed_minutes->second}};
  }
  if (!open.ok()) out["why_not"] = open.error().message;
  if (index != progress::kNone) out["state"] = progress::lab_state_json(standing.state, index);
  return out;
}

base::Result<object> submission_json(assess::Study& study, const std::vector<ledger::Fact>& facts,
                                     const std::string& lab_id, const std::string& fact_id) {
  const ledger::Fact* previous = nullptr;
  for (const ledger::Fact& fact : facts) {
    if (!is_submission(fact, lab_id)) continue;
    if (fact.id == fact_id) {
      GW_TRY(const assess::Files files, assess::submitted_files(study, fact));
      object out{{"fact_id", fact.id},
                 {"lab_id", lab_id},
                 {"at", base::format_timestamp(fact.at)},
                 {"verdict", base::string_or(fact.data, "verdict")},
                 {"score", progress::to_json(score_of(fact))},
                 {"files", files_json(files)},
                 {"previous", nullptr}};
      if (previous != nullptr) {
        if (const auto before = assess::submitted_files(study, *previous); before.ok())
          out["previous"] = files_json(*before);
      }
      return out;
    }
    previous = &fact;
  }
  return base::make_error(base::Code::kNotFound, "there is no such submission of '" + base::clip(lab_id, 100) + "'");
}

array tests_json(const curriculum::Curriculum& content, const assess::LabResult& result) {
  array out;
  for (const assess::LabTest& test : result.tests) {
    object entry{{"id", test.id},
                 {"name", test.name},
                 {"status", test.status},
                 {"visibility", test.visibility},
                 {"task_id", test.task_id},
                 {"weight", test.weight},
                 {"message", test.message},
                 {"output", test.output},
                 {"test_code", test.test_code},
                 {"ms", test.ms}};
    if (const auto at = content.concepts.find(test.concept_id); at != content.concepts.end()) {
      entry["concept"] = at->second.title;
      entry["explainer"] = at->second.explainer;
    }
    // What a failure most likely means is no help, and no secret, after a pass.
    if (test.status == "fail" || test.status == "error") entry["misconception"] = test.misconception;
    out.push_back(std::move(entry));
  }
  return out;
}

object run_json(const curriculum::Curriculum& content, const assess::Run& run) {
  const bool done = run.status == assess::Run::Status::kDone;
  array unlocked;
  for (const auto& [id, title] : run.unlocked) unlocked.push_back(object{{"id", id}, {"title", title}});
  return {{"run_id", run.id},
          {"lab_id", run.lab},
          {"mode", run.mode == assess::LabMode::kSubmit ? "submit" : "test"},
          {"variant", run.variant == assess::LabVariant::kHarder ? "harder" : "standard"},
          {"status", done ? "done" : (run.status == assess::Run::Status::kRunning ? "running" : "queued")},
          {"verdict", done ? value(to_string(run.result.verdict)) : value(nullptr)},
          {"message", run.result.message},
          {"score", done ? value(progress::to_json(run.result.score)) : value(nullptr)},
          {"passed", done && run.result.passed()},
          {"ms", run.result.ms},
          {"fact_id", run.fact_id.empty() ? value(nullptr) : value(run.fact_id)},
          {"tests", tests_json(content, run.result)},
          {"unlocked", std::move(unlocked)}};
}

}  // namespace groundwork::api
