#include <chrono>
#include <cmath>
#include <cstdio>

#include "cli/eval_tools.h"
#include "measure/conformance.h"
#include "measure/target.h"

namespace groundwork::cli {
namespace {

struct CheckFlags {
  std::string contract = "search";
  std::string target;
  std::string model;
  double timeout_seconds = 10;
  bool yes = false;
};

Exit check(const Context& context, const CheckFlags& flags) {
  const auto folder = suites_folder(context);
  if (!folder.ok()) return context.fail(folder.error());
  const auto target = measure::check_target(flags.target, flags.yes);
  if (!target.ok()) return context.fail(target.error());
  measure::ConformanceOptions options;
  options.target = target->url;
  options.contracts = *folder / "contracts";
  options.model = flags.model;
  options.call_deadline = std::chrono::milliseconds(std::lround(flags.timeout_seconds * 1000));
  options.stop = interrupted();
  const auto checks = measure::check_contract(flags.contract, options);
  if (!checks.ok()) return context.fail(checks.error());
  std::size_t broken = 0;
  base::json::array list;
  for (const measure::ConformanceCheck& one : *checks) {
    broken += one.kept ? 0 : 1;
    list.push_back(measure::to_json(one));
    if (context.json) continue;
    std::printf("%s  %s: %s\n", one.kept ? "ok    " : "BROKEN", one.name.c_str(), one.rule.c_str());
    if (!one.kept) std::printf("        %s\n        why it matters: %s\n", one.found.c_str(), one.why.c_str());
  }
  if (context.json) {
    context.print(base::json::object{{"contract", flags.contract},
                                     {"target", options.target},
                                     {"kept", checks->size() - broken},
                                     {"broken", broken},
                                     {"checks", std::move(list)}});
  } else {
    std::printf("%zu of %zu rules are kept\n", checks->size() - broken, checks->size());
  }
  return broken == 0 ? Exit::kOk : Exit::kNotPassed;
}

}  // namespace

void add_eval_check_command(CLI::App& eval, Context& context, Command& chosen) {
  const auto flags = std::make_shared<CheckFlags>();
  CLI::App* command = add_command(eval, "check", "What a service gets wrong about its contract, rule by rule",
                                  "  groundwork eval check --contract search --target http://127.0.0.1:8000\n"
                                  "  groundwork eval check --contract rag --target http://127.0.0.1:8000 --json\n"
                                  "Exit codes: 0 every rule is kept; 1 one is broken");
  command->add_option("--contract", flags->contract, "search, rag, tools or chat (search)")
      ->check(CLI::IsMember(measure::checked_contracts()));
  command->add_option("--model", flags->model, "Of a chat service (default: the first that it lists)");
  command->add_option("--timeout", flags->timeout_seconds, "Seconds for one call (10)")->check(CLI::PositiveNumber);
  command->add_option("--target", flags->target, "Base URL of the service")->required();
  command->add_flag("--yes", flags->yes, "Confirms a target outside loopback and private ranges");
  command->callback([&, flags] { chosen = [&, flags] { return check(context, *flags); }; });
}

}  // namespace groundwork::cli
