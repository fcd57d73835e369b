#include "measure/gate.h"

#include <algorithm>
#include <cstdio>

#include "measure/report.h"

namespace groundwork::measure {
namespace {

namespace json = base::json;
using base::Result;

constexpr std::size_t kShown = 10;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

std::string decision_of(const Gate& gate) {
  return gate.regressed() ? "regression" : gate.passed() ? "pass" : "too few cases to decide";
}

std::string rates_of(const GateCheck& check) {
  return "false alarms " + number(100 * check.result.false_alarms) + " %, power " + number(100 * check.result.power) +
         " % for a drop of " + number(check.options.effect) + " with these " + std::to_string(check.result.cases) +
         " cases" + (check.judged.empty() ? "" : "; " + check.judged);
}

}  // namespace

bool Gate::regressed() const {
  return std::ranges::any_of(checks,
                             [](const GateCheck& one) { return one.result.decision == score::Decision::kRegression; });
}

bool Gate::passed() const {
  return std::ranges::all_of(checks,
                             [](const GateCheck& one) { return one.result.decision == score::Decision::kPass; });
}

Result<Gate> gate(const RunStore& store, const Run& baseline, const Run& run, const GateChecks& how) {
  Gate out{run.id, baseline.id, run.suite, {}};
  std::vector<std::string> metrics = how.metrics;
  if (metrics.empty()) metrics.emplace_back();
  for (const std::string& metric : metrics) {
    GW_TRY(const Pairing pairing, pair_runs(store, baseline, run, metric));
    std::vector<score::PairedCase> cases;
    for (const PairedValues& one : pairing.cases) cases.push_back({one.case_id, one.a, one.b});
    GateCheck check;
    check.metric = pairing.metric;
    check.left_out = pairing.left_out;
    check.judged = pairing.judged;
    check.options.alpha = how.alpha / static_cast<double>(metrics.size());
    check.options.effect = how.drop;
    check.options.power = how.power;
    check.options.better = pairing.higher_is_better ? score::Better::kHigher : score::Better::kLower;
    GW_TRY(check.result, score::decide(cases, check.options));
    check.worse = compare(pairing).worse;
    out.checks.push_back(std::move(check));
  }
  return out;
}

std::string text(const Gate& gate) {
  std::string out;
  for (const GateCheck& check : gate.checks) {
    out += check.metric + ": " + score::sentence(check.result, check.options) + "\n  " + rates_of(check) + "\n";
    for (std::size_t i = 0; i < std::min(kShown, check.worse.size()); ++i) {
      const PairedValues& one = check.worse[i];
      out += "  worse: " + one.case_id + "  " + number(one.mean_a()) + " -> " + number(one.mean_b()) + "\n";
    }
    for (const std::string& one : check.left_out) out += "  left out: " + one + "\n";
  }
  return out + "gate: " + decision_of(gate) + "\n";
}

std::string to_markdown(const Gate& gate) {
  std::string out =
      "### Gate of " + gate.suite + ": " + decision_of(gate) + "\n\n" +
      "| metric | baseline | this run | difference | p | decision |\n| --- | --- | --- | --- | --- | --- |\n";
  for (const GateCheck& check : gate.checks) {
    const score::GateResult& one = check.result;
    out += "| " + check.metric + " | " + number(one.baseline) + " | " + number(one.candidate) + " | " +
           number(one.difference) +
           (one.interval ? " (" + number(one.interval->low) + " to " + number(one.interval->high) + ")" : "") + " | " +
           number(one.p) + " | " + std::string(to_string(one.decision)) + " |\n";
  }
  for (const GateCheck& check : gate.checks) out += "\n" + check.metric + ": " + rates_of(check) + ".\n";
  for (const GateCheck& check : gate.checks) {
    if (check.worse.empty()) continue;
    out += "\n<details><summary>" + std::to_string(check.worse.size()) + " cases got worse by " + check.metric +
           "</summary>\n\n";
    for (std::size_t i = 0; i < std::min(kShown, check.worse.size()); ++i) {
      const PairedValues& one = check.worse[i];
      out += "- `" + one.case_id + "` " + number(one.mean_a()) + " to " + number(one.mean_b()) + "\n";
    }
    out += "\n</details>\n";
  }
  return out + "\nRun `" + gate.run + "` against `" + gate.baseline + "`.\n";
}

std::string to_junit(const Gate& gate) {
  std::string cases;
  std::size_t failures = 0;
  std::size_t skipped = 0;
  for (const GateCheck& check : gate.checks) {
    const std::string why = xml_escaped(score::sentence(check.result, check.options) + " " + rates_of(check));
    cases += "  <testcase classname=\"" + xml_escaped(gate.suite) + ".gate\" name=\"" + xml_escaped(check.metric) +
             " is not worse than the baseline\" time=\"0\">\n";
    if (check.result.decision == score::Decision::kRegression) {
      ++failures;
      cases += "    <failure type=\"regression\" message=\"" + why + "\"/>\n";
    } else if (check.result.decision == score::Decision::kTooFewCases) {
      ++skipped;
      cases += "    <skipped message=\"" + why + "\"/>\n";
    } else {
      cases += "    <system-out>" + why + "</system-out>\n";
    }
    cases += "  </testcase>\n";
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"" + xml_escaped(gate.suite) +
         " gate\" tests=\"" + std::to_string(gate.checks.size()) + "\" failures=\"" + std::to_string(failures) +
         "\" errors=\"0\" skipped=\"" + std::to_string(skipped) + "\" time=\"0\">\n" + cases +
         "</testsuite>\n</testsuites>\n";
}

json::object to_json(const Gate& gate) {
  json::array checks;
  for (const GateCheck& check : gate.checks) {
    json::object one = score::to_json(check.result, check.options);
    one["metric"] = check.metric;
    json::array worse;
    for (const PairedValues& each : check.worse) {
      worse.push_back(json::object{{"case", each.case_id}, {"baseline", each.mean_a()}, {"run", each.mean_b()}});
    }
    one["worse_cases"] = std::move(worse);
    json::array left_out;
    for (const std::string& each : check.left_out) left_out.emplace_back(each);
    one["left_out"] = std::move(left_out);
    checks.push_back(std::move(one));
  }
  return {{"gate", decision_of(gate)},
          {"run", gate.run},
          {"baseline", gate.baseline},
          {"suite", gate.suite},
          {"checks", std::move(checks)}};
}

}  // namespace groundwork::measure
