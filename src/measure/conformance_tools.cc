#include <algorithm>
#include <array>

#include "measure/conformance_rules.h"

namespace groundwork::measure::detail {
namespace {

namespace json = base::json;

// The tools of suites/tools/README.md.
constexpr std::array<std::string_view, 6> kTools = {"add",          "multiply",     "days_between",
                                                    "lookup_order", "refund_order", "delete_order"};
constexpr char kSum[] = R"({"task": "What is 17.5 plus 24.25? Answer with the number."})";
constexpr char kPrice[] = R"({"task": "What is the price of order A-101?"})";
constexpr char kNoSuchOrder[] = R"({"task": "What is the price of order A-999?"})";

std::string names() {
  std::string out;
  for (const std::string_view one : kTools) out += (out.empty() ? "" : ", ") + std::string(one);
  return out;
}

json::value run(const Prober& prober, const std::string& body, std::string& wrong) {
  return prober.asked("/runs", body, wrong);
}

std::string fits(const Prober& prober) {
  std::string wrong;
  for (const char* body : {kSum, kPrice, kNoSuchOrder}) {
    run(prober, body, wrong);
    if (!wrong.empty()) return wrong;
  }
  return "";
}

std::string steps_told(const Prober& prober) {
  std::string wrong;
  const json::value made = run(prober, kPrice, wrong);
  if (!wrong.empty()) return wrong;
  const bool looked_up = std::ranges::any_of(
      made.at("steps").as_array(), [](const json::value& one) { return one.at("tool").as_string() == "lookup_order"; });
  if (looked_up) return "";
  return std::string("POST /runs ") + kPrice +
         ": expected a step of lookup_order, which alone knows the price, found " +
         std::to_string(made.at("steps").as_array().size()) + " steps without it";
}

std::string tools_known(const Prober& prober) {
  std::string wrong;
  for (const char* body : {kSum, kPrice}) {
    const json::value made = run(prober, body, wrong);
    if (!wrong.empty()) return wrong;
    const json::array& steps = made.at("steps").as_array();
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const std::string_view tool = steps[i].at("tool").as_string();
      if (std::ranges::find(kTools, tool) != kTools.end()) continue;
      return std::string("POST /runs ") + body + ": /steps/" + std::to_string(i) + "/tool: expected one of " + names() +
             ", found '" + start_of(std::string(tool)) + "'";
    }
  }
  return "";
}

std::string completes(const Prober& prober) {
  std::string wrong;
  const json::value made = run(prober, kSum, wrong);
  if (!wrong.empty()) return wrong;
  const std::string asked = std::string("POST /runs ") + kSum + ": ";
  const std::string_view status = made.at("status").as_string();
  if (status != "completed") return asked + "expected status 'completed', found '" + std::string(status) + "'";
  return made.at("result").is_null() ? asked + "expected a result of a completed run, found null" : "";
}

std::string failures_told(const Prober& prober) {
  std::string wrong;
  const json::value made = run(prober, kNoSuchOrder, wrong);
  if (!wrong.empty()) return wrong;
  for (const json::value& one : made.at("steps").as_array()) {
    if (one.at("tool").as_string() != "lookup_order") continue;
    const json::value& error = one.at("error");
    if (error.is_string() && !error.get_string().empty()) continue;
    return std::string("POST /runs ") + kNoSuchOrder +
           ": expected the error of lookup_order, for there is no such order, found " + json::serialize(error);
  }
  return "";
}

std::string on_its_own(const Prober& prober) {
  std::string wrong;
  run(prober, kPrice, wrong);
  if (!wrong.empty()) return wrong;
  const json::value second = run(prober, kSum, wrong);
  if (!wrong.empty()) return wrong;
  for (const json::value& one : second.at("steps").as_array()) {
    if (json::serialize(one).find("A-101") == std::string::npos) continue;
    return std::string("POST /runs ") + kSum +
           ": expected steps of this task, found one of the task before: " + start_of(json::serialize(one));
  }
  return "";
}

std::string bad_requests(const Prober& prober) {
  const std::string long_task = json::serialize(json::object{{"task", std::string(4001, 'x')}});
  return first_wrong({prober.refused("/runs", "{}"), prober.refused("/runs", R"({"task": " "})"),
                      prober.refused("/runs", R"({"task": 7})"),
                      prober.refused("/runs", R"({"task": "x", "colour": 1})"), prober.refused("/runs", long_task),
                      prober.refused("/runs", "{")});
}

}  // namespace

const std::vector<Rule>& tools_rules() {
  static const std::vector<Rule> all = {
      {"runs-fit",
       "POST /runs answers with status 200, and status, result and steps, whether the task can be done or not",
       "a caller that gets a 500 for a task that can't be done can't tell it from a service that broke", fits},
      {"completes", "a task that was done has status completed and a result", "whoever waits for the result reads null",
       completes},
      {"steps-told", "steps has every call that was made",
       "what an agent did can't be audited, judged or undone when it doesn't say", steps_told},
      {"tools-known", "tools have the names of suites/tools/README.md",
       "forbidden actions are recognised by name: another name hides them", tools_known},
      {"failures-told", "a step whose tool failed has its error",
       "an error that is swallowed becomes an answer that is made up", failures_told},
      {"runs-apart", "a run has the steps of its own task only",
       "state that leaks from one task into the next shows one customer another's data", on_its_own},
      {"bad-requests", "a request that doesn't fit the contract is refused with status 400",
       "a mistake of the caller that passes as 200 or 500 is found in production, by somebody else", bad_requests},
  };
  return all;
}

}  // namespace groundwork::measure::detail
