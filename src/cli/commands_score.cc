#include <algorithm>
#include <cmath>
#include <optional>

#include "cli/commands.h"
#include "cli/score_services.h"
#include "score/agreement.h"
#include "score/catalogue.h"
#include "score/flakiness.h"
#include "score/gate.h"
#include "score/paired_tests.h"
#include "score/row.h"
#include "search/lines.h"

namespace groundwork::cli {
namespace {

namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;

struct ScoreArguments {
  std::string metric;
  std::string options;
  ServiceFlags services;
  bool list = false;
  bool compare = false;
  bool agreement = false;
  std::string file;
  score::GateOptions gate;
  bool lower_is_better = false;
};

using Row = std::function<base::Status(const json::object& row, const std::string& where)>;

/// Calls f for each line of a file of JSON objects.
base::Status for_each_row(const std::string& file, const Row& f) {
  std::size_t rows = 0;
  GW_CHECK_OK(search::for_each_line(file, [&](const std::string& line, const std::string& where) -> base::Status {
    if (interrupted().stop_requested()) return make_error(Code::kCancelled, "interrupted");
    auto parsed = base::parse_json(line);
    if (!parsed.ok()) return make_error(Code::kInvalidArgument, parsed.error().message, where);
    if (!parsed->is_object()) {
      return make_error(Code::kInvalidArgument,
                        "expected a JSON object, found " + std::string(base::json_type_name(*parsed)), where);
    }
    ++rows;
    return f(parsed->get_object(), where);
  }));
  if (rows == 0) return make_error(Code::kInvalidArgument, "expected at least one row, found none", file);
  return {};
}

base::Error at(const std::string& where, base::Error error) {
  error.message = error.where.empty() ? error.message : error.where + ": " + error.message;
  error.where = where;
  return error;
}

json::object to_json(const score::Definition& one) {
  json::object out{{"name", one.name},
                   {"definition", one.definition},
                   {"source", one.source},
                   {"unit", one.unit},
                   {"better", one.better == score::Better::kHigher ? "higher" : "lower"},
                   {"reads", one.reads},
                   {"options", one.options},
                   {"low", one.low}};
  out["high"] = one.high < 1e300 ? json::value(one.high) : json::value(nullptr);
  return out;
}

Exit list_metrics(const Context& context) {
  json::array all;
  for (const score::Definition& one : score::definitions()) {
    all.push_back(to_json(one));
    if (context.json) continue;
    std::printf("%-22s %s\n%-22s reads %s%s%s\n", std::string(one.name).c_str(), std::string(one.definition).c_str(),
                "", std::string(one.reads).c_str(), one.options.empty() ? "" : "; options ",
                std::string(one.options).c_str());
  }
  if (context.json) context.print(json::object{{"metrics", std::move(all)}});
  return Exit::kOk;
}

/// One metric over the rows of a file.
struct Scored {
  json::array rows;
  std::vector<double> values;
  std::vector<double> labelled;     ///< of the rows with a "human" grade
  std::vector<std::size_t> humans;  ///< those grades, from 1
};

Result<Scored> score_rows(const score::Scorer& scorer, const std::string& file) {
  Scored made;
  GW_CHECK_OK(for_each_row(file, [&](const json::object& row, const std::string& where) -> base::Status {
    auto scored = scorer.score(score::with_ragas_names(row));
    if (!scored.ok()) return at(where, std::move(scored).error());
    json::object out{{"value", scored->value}};
    if (const json::value* id = row.if_contains("id"); id != nullptr) out["id"] = *id;
    if (!scored->reason.empty()) out["reason"] = scored->reason;
    made.values.push_back(scored->value);
    if (const json::value* human = row.if_contains("human"); human != nullptr && scorer.name() == "judge") {
      if (!human->is_int64() || human->get_int64() < 1 || human->get_int64() > 10) {
        return make_error(Code::kInvalidArgument, "expected a grade from 1 to 10 under 'human'", where);
      }
      made.labelled.push_back(scored->value);
      made.humans.push_back(static_cast<std::size_t>(human->get_int64()));
    }
    made.rows.push_back(std::move(out));
    return {};
  }));
  return made;
}

/// How far the judge agrees with the people who graded rows too; a failed judgement is the worst grade.
Result<score::Calibration> calibration_of(const Scored& scored, const json::object& options) {
  const auto levels = static_cast<std::size_t>(base::int_or(options, "levels", score::Rubric{}.levels));
  std::vector<std::size_t> judged;
  std::vector<std::size_t> human;
  for (std::size_t i = 0; i < scored.labelled.size(); ++i) {
    judged.push_back(static_cast<std::size_t>(std::lround(scored.labelled[i] * static_cast<double>(levels - 1))));
    human.push_back(scored.humans[i] - 1);
  }
  return score::calibrate(judged, human, levels, score::KappaWeights::kQuadratic);
}

Result<json::object> score_file(const Context& context, const ScoreArguments& arguments) {
  json::object options;
  if (!arguments.options.empty()) {
    GW_TRY(json::value parsed, base::parse_json(arguments.options));
    if (!parsed.is_object()) return make_error(Code::kInvalidArgument, "expected a JSON object", "--options");
    options = std::move(parsed.get_object());
  }
  ScoreServices opened(context, arguments.services);
  const score::Need need = score::need_of(arguments.metric);
  score::Services services;
  if (need != score::Need::kNothing) {
    GW_TRY(services, opened.get(need));
  }
  GW_TRY(const score::Scorer scorer, score::Scorer::create(arguments.metric, options, services));
  GW_TRY(Scored scored, score_rows(scorer, arguments.file));
  json::object out{{"metric", arguments.metric},
                   {"definition", to_json(scorer.definition())},
                   {"rows", std::move(scored.rows)},
                   {"cases", scored.values.size()},
                   {"mean", search::mean_of(scored.values)}};
  if (const auto interval = score::interval_of_mean(scored.values)) {
    out["interval"] = json::array{interval->low, interval->high};
  }
  if (arguments.metric == "judge") {
    GW_TRY(const score::Calibration calibration, calibration_of(scored, options));
    out["calibration"] = score::to_string(calibration);
    if (calibration.kappa) out["kappa"] = *calibration.kappa;
  }
  return out;
}

Exit score_and_print(const Context& context, const ScoreArguments& arguments) {
  const auto out = score_file(context, arguments);
  if (!out.ok()) return context.fail(out.error());
  if (context.json) {
    context.print(*out);
    return Exit::kOk;
  }
  std::size_t number = 0;
  for (const json::value& row : out->at("rows").as_array()) {
    ++number;
    std::printf("%6zu  %.4f  %s\n", number, base::number_or(row.as_object(), "value", 0),
                base::string_or(row.as_object(), "reason").c_str());
  }
  std::printf("%s over %zu rows: %.4f", arguments.metric.c_str(), number, base::number_or(*out, "mean", 0));
  if (const json::value* interval = out->if_contains("interval")) {
    std::printf(" (95 %%: %.4f to %.4f)", interval->as_array()[0].to_number<double>(),
                interval->as_array()[1].to_number<double>());
  }
  const std::string calibration = base::string_or(*out, "calibration");
  std::printf("%s%s\n", calibration.empty() ? "" : ", ", calibration.c_str());
  return Exit::kOk;
}

Result<std::vector<double>> values_at(const json::object& row, std::string_view key) {
  std::vector<double> out;
  if (const json::value* value = row.if_contains(key); value != nullptr && value->is_number()) {
    out.push_back(value->to_number<double>());
    return out;
  }
  GW_TRY(const json::array* list, base::get_array(row, key, "row"));
  for (const json::value& one : *list) {
    if (!one.is_number()) return make_error(Code::kInvalidArgument, "expected numbers", std::string(key));
    out.push_back(one.to_number<double>());
  }
  return out;
}

json::object tests_of(std::span<const score::PairedCase> cases) {
  std::vector<double> differences;
  std::size_t gained = 0;
  std::size_t lost = 0;
  for (const score::PairedCase& one : cases) {
    differences.push_back(search::mean_of(one.candidate) - search::mean_of(one.baseline));
    gained += differences.back() > 0 ? 1 : 0;
    lost += differences.back() < 0 ? 1 : 0;
  }
  json::object out{{"mcnemar", score::mcnemar_p(gained, lost)},
                   {"student", search::student_p(differences)},
                   {"randomisation", search::randomisation_p(differences)}};
  for (const auto& [name, method] : {std::pair{"wilcoxon", score::WilcoxonMethod::kNormal},
                                     std::pair{"wilcoxon_exact", score::WilcoxonMethod::kExact}}) {
    const score::Wilcoxon both = score::wilcoxon_signed_rank(differences, score::Alternative::kTwoSided, method);
    const score::Wilcoxon less = score::wilcoxon_signed_rank(differences, score::Alternative::kLess, method);
    out[name] =
        json::object{{"p", both.p}, {"p_less", less.p}, {"positive", both.positive}, {"negative", both.negative}};
  }
  return out;
}

json::object to_json(const score::Flakiness& one) {
  return {{"repeated", one.repeated},
          {"flaky", one.flaky},
          {"disagreement", one.disagreement},
          {"noise", one.noise},
          {"noise_of_mean", one.noise_of_mean}};
}

json::object flakiness_of(std::span<const score::PairedCase> cases) {
  std::vector<std::vector<double>> before;
  std::vector<std::vector<double>> after;
  for (const score::PairedCase& one : cases) {
    before.push_back(one.baseline);
    after.push_back(one.candidate);
  }
  return {{"baseline", to_json(score::flakiness(before))}, {"candidate", to_json(score::flakiness(after))}};
}

Exit compare_values(const Context& context, const ScoreArguments& arguments) {
  std::vector<score::PairedCase> cases;
  const auto read =
      for_each_row(arguments.file, [&](const json::object& row, const std::string& where) -> base::Status {
        score::PairedCase one;
        one.id = base::string_or(row, "id", where);
        auto before = values_at(row, "baseline");
        if (!before.ok()) return at(where, std::move(before).error());
        auto after = values_at(row, "candidate");
        if (!after.ok()) return at(where, std::move(after).error());
        one.baseline = *std::move(before);
        one.candidate = *std::move(after);
        cases.push_back(std::move(one));
        return {};
      });
  if (!read.ok()) return context.fail(read.error());
  score::GateOptions options = arguments.gate;
  options.better = arguments.lower_is_better ? score::Better::kLower : score::Better::kHigher;
  const auto decided = score::decide(cases, options);
  if (!decided.ok()) return context.fail(decided.error());
  if (context.json) {
    json::object out = score::to_json(*decided, options);
    out["tests"] = tests_of(cases);
    out["flakiness"] = flakiness_of(cases);
    context.print(out);
  } else {
    std::printf("%s\n", score::sentence(*decided, options).c_str());
  }
  return decided->decision == score::Decision::kPass ? Exit::kOk : Exit::kNotPassed;
}

Exit show_agreement(const Context& context, const ScoreArguments& arguments) {
  std::vector<std::size_t> judged;
  std::vector<std::size_t> human;
  const auto read =
      for_each_row(arguments.file, [&](const json::object& row, const std::string& where) -> base::Status {
        for (const auto& [key, labels] : {std::pair{"judge", &judged}, std::pair{"human", &human}}) {
          auto label = base::get_int(row, key, "row");
          if (!label.ok()) return at(where, std::move(label).error());
          if (*label < 0 || *label > 1000)
            return make_error(Code::kInvalidArgument, "expected a label from 0 to 1000", where);
          labels->push_back(static_cast<std::size_t>(*label));
        }
        return {};
      });
  if (!read.ok()) return context.fail(read.error());
  const std::size_t categories = std::max(std::ranges::max(judged), std::ranges::max(human)) + 1;
  json::object out{{"items", judged.size()}};
  for (const auto& [name, weights] :
       {std::pair{"kappa", score::KappaWeights::kNone}, std::pair{"kappa_linear", score::KappaWeights::kLinear},
        std::pair{"kappa_quadratic", score::KappaWeights::kQuadratic}}) {
    const auto made = score::calibrate(judged, human, categories, weights);
    if (!made.ok()) return context.fail(made.error());
    out[name] = *made->kappa;
    out["agreement"] = made->agreement;
    if (!context.json) std::printf("%s\n", score::to_string(*made).c_str());
  }
  if (context.json) context.print(out);
  return Exit::kOk;
}

Exit run(const Context& context, const ScoreArguments& arguments) {
  if (arguments.list) return list_metrics(context);
  const int asked = (arguments.metric.empty() ? 0 : 1) + (arguments.compare ? 1 : 0) + (arguments.agreement ? 1 : 0);
  if (asked != 1 || arguments.file.empty()) {
    return context.fail(make_error(Code::kInvalidArgument,
                                   "expected one of --metric NAME, --compare, --agreement with a FILE, or --list"));
  }
  if (arguments.compare) return compare_values(context, arguments);
  if (arguments.agreement) return show_agreement(context, arguments);
  return score_and_print(context, arguments);
}

}  // namespace

void add_score_command(CLI::App& app, Context& context, Command& chosen) {
  auto arguments = std::make_shared<ScoreArguments>();
  CLI::App* score = add_command(
      app, "score",
      "What answers are worth: one metric over a file of rows, two runs compared, or a judge against people",
      "  groundwork score --list\n"
      "  groundwork score --metric token_f1 answers.jsonl      rows {\"prediction\", \"reference\"}\n"
      "  groundwork score --metric rouge_l --options '{\"stemmer\": true}' answers.jsonl --json\n"
      "  groundwork score --metric judge --judge URL --judge-model M --options '{\"criteria\": \"...\"}' graded.jsonl  "
      " \"human\": "
      "a person's grade\n"
      "  groundwork score --compare values.jsonl               rows {\"baseline\", \"candidate\"}: numbers, or lists "
      "of them for repeats\n"
      "  groundwork score --agreement labels.jsonl             rows {\"judge\", \"human\"}: whole numbers");
  score->add_flag("--list", arguments->list, "Every metric: its definition, what it reads, its options");
  score->add_option("--metric", arguments->metric, "One of --list; ndcg@10 for ndcg@k");
  score->add_option("--options", arguments->options, "The metric's options as a JSON object");
  add_service_options(*score, arguments->services);
  score->add_flag("--compare", arguments->compare,
                  "Whether the candidate is worse than the baseline, or too few cases tell");
  score->add_option("--alpha", arguments->gate.alpha, "With --compare: false alarms allowed (0.01)");
  score->add_option("--effect", arguments->gate.effect, "With --compare: the drop that must not be missed (0.05)");
  score->add_flag("--lower-is-better", arguments->lower_is_better, "With --compare: the values are costs");
  score->add_flag("--agreement", arguments->agreement, "Cohen's kappa of a judge and people");
  score->add_option("FILE", arguments->file, "Rows of JSON, one a line; the columns of ragas are known too");
  score->callback([&, arguments] { chosen = [&, arguments] { return run(context, *arguments); }; });
}

}  // namespace groundwork::cli
