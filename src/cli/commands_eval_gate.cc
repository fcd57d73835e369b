#include <cstdio>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/eval_tools.h"
#include "measure/gate.h"
#include "measure/report.h"

namespace groundwork::cli {
namespace {

namespace fs = std::filesystem;
using base::Result;

constexpr int kRegression = 100;  // what promptfoo ends with when assertions fail

struct GateFlags {
  std::string run;
  std::string baseline;
  std::vector<std::string> metrics;
  double alpha = 0.01;
  double drop = 0.05;
  double power = 0.8;
  std::string junit;
  std::string markdown;
  std::string evallog;
  std::string out;
};

Result<int> gate(const Context& context, const GateFlags& flags) {
  const measure::RunStore store = run_store(context, flags.out);
  GW_TRY(const measure::Run run, store.load(flags.run));
  GW_TRY(const measure::Run baseline, store.load(flags.baseline));
  measure::GateChecks how;
  how.metrics = flags.metrics;
  how.alpha = flags.alpha;
  how.drop = flags.drop;
  how.power = flags.power;
  GW_TRY(const measure::Gate made, measure::gate(store, baseline, run, how));
  if (!flags.junit.empty()) GW_CHECK_OK(base::write_file_atomically(flags.junit, measure::to_junit(made)));
  if (!flags.markdown.empty()) GW_CHECK_OK(base::write_file_atomically(flags.markdown, measure::to_markdown(made)));
  if (!flags.evallog.empty()) {
    GW_TRY(const fs::path folder, store.resolve(run.id));
    GW_TRY(const std::string log, measure::to_evallog(run, folder));
    GW_CHECK_OK(base::write_file_atomically(flags.evallog, log));
  }
  if (context.json) {
    context.print(measure::to_json(made));
  } else {
    std::printf("%s", measure::text(made).c_str());
  }
  return made.regressed() ? kRegression : made.passed() ? 0 : 1;
}

}  // namespace

void add_eval_gate_command(CLI::App& eval, Context& context, Command& chosen) {
  const auto flags = std::make_shared<GateFlags>();
  CLI::App* command =
      add_command(eval, "gate", "Fail when a run is significantly worse than its baseline",
                  "  groundwork eval gate latest --baseline main.run --junit gate.xml --markdown gate.md\n"
                  "Exit codes: 0 no regression, and one would have been seen; 100 a regression; 1 anything else, too "
                  "few cases too");
  command->add_option("run", flags->run, "The run that is judged")->required();
  command->add_option("--baseline", flags->baseline, "The run that it is compared with")->required();
  command->add_option("--metric", flags->metrics, "May be given several times; they share the false-alarm rate");
  command->add_option("--alpha", flags->alpha, "False-alarm rate of the gate")->check(CLI::Range(0.0001, 0.4));
  command->add_option("--drop", flags->drop, "The drop that must not be missed")->check(CLI::Range(0.0001, 1.0));
  command->add_option("--power", flags->power, "How surely it must be found")->check(CLI::Range(0.05, 0.999));
  command->add_option("--junit", flags->junit, "Also write JUnit XML to this file");
  command->add_option("--markdown", flags->markdown, "Also write Markdown for a pull request");
  command->add_option("--evallog", flags->evallog, "Also write the run as Inspect's EvalLog");
  command->add_option("--out", flags->out, "Folder of runs");
  command->callback([&, flags] {
    chosen = [&, flags] {
      const Result<int> code = gate(context, *flags);
      if (code.ok()) return static_cast<Exit>(*code);
      static_cast<void>(context.fail(code.error()));
      return Exit::kNotPassed;  // any error of a gate is 1, as promptfoo's
    };
  });
}

}  // namespace groundwork::cli
