#include <fstream>
#include <iostream>
#include <sstream>

#include "base/file.h"
#include "cli/commands.h"
#include "ledger/fact_schemas.h"
#include "ledger/jsonl.h"

namespace groundwork::cli {
namespace {

using base::Code;
using base::make_error;
using base::json::object;

Exit export_facts(Context& context, const std::string& file) {
  const auto ledger = ledger::Ledger::open(context.data_folder());
  if (!ledger.ok()) return context.fail(ledger.error());
  if (file.empty() || file == "-") {
    const auto count = ledger::export_jsonl(**ledger, context.learner, std::cout);
    return count.ok() ? Exit::kOk : context.fail(count.error());
  }
  std::ostringstream text;
  const auto count = ledger::export_jsonl(**ledger, context.learner, text);
  if (!count.ok()) return context.fail(count.error());
  if (const auto written = base::write_file_atomically(file, text.view()); !written.ok())
    return context.fail(written.error());
  if (context.json) {
    context.print(object{{"facts", *count}, {"file", file}});
  } else {
    std::printf("%zu facts in %s\n", *count, file.c_str());
  }
  return Exit::kOk;
}

Exit import_facts(Context& context, const std::string& file, const std::string& as) {
  const auto ledger = ledger::Ledger::open(context.data_folder());
  if (!ledger.ok()) return context.fail(ledger.error());
  std::ifstream opened;
  if (file != "-") {
    std::error_code error;
    if (!std::filesystem::is_regular_file(file, error)) {
      return context.fail(make_error(Code::kNotFound, "there is no file '" + file + "'"));
    }
    opened.open(file, std::ios::binary);
    if (!opened) return context.fail(make_error(Code::kPermissionDenied, "'" + file + "' cannot be read"));
  }
  const auto imported = ledger::import_jsonl(**ledger, file == "-" ? std::cin : opened, as,
                                             [](const ledger::NewFact& fact) { return ledger::check_data(fact); });
  if (!imported.ok()) return context.fail(base::wrap(imported.error(), file));
  if (context.json) {
    context.print(object{{"facts", imported->facts}, {"already", imported->already}});
  } else {
    std::printf("%zu facts read, %zu of them were there already\n", imported->facts, imported->already);
  }
  return Exit::kOk;
}

Exit backup(Context& context, const std::string& file) {
  const std::stop_token stop = interrupted();
  const auto ledger = ledger::Ledger::open(context.data_folder());
  if (!ledger.ok()) return context.fail(ledger.error());
  base::Status done;
  {
    ProgressBar bar("copying");
    done = (*ledger)->backup(
        file,
        [&](int pages, int total) {
          bar.show(static_cast<std::size_t>(pages), static_cast<std::size_t>(total), "pages");
        },
        stop);
  }
  if (!done.ok()) return context.fail(done.error());
  std::error_code error;
  const auto bytes = std::filesystem::file_size(file, error);
  if (context.json) {
    context.print(object{{"file", file}, {"bytes", bytes}});
  } else {
    std::printf("%s, %ju bytes; put it into a data folder as ledger.db to come back to it\n", file.c_str(), bytes);
  }
  return Exit::kOk;
}

}  // namespace

void add_fact_commands(CLI::App& app, Context& context, Command& chosen) {
  CLI::App* facts = add_command(app, "facts", "Everything that is recorded of you: one JSON object a line", "");
  facts->require_subcommand(1);
  auto target = std::make_shared<std::string>();
  CLI::App* out = add_command(*facts, "export", "Print the facts, with the submissions they name",
                              "  groundwork facts export > facts.jsonl\n  groundwork facts export facts.jsonl");
  out->add_option("FILE", *target, "Where to (default: standard output)");
  out->callback([&, target] { chosen = [&, target] { return export_facts(context, *target); }; });

  auto source = std::make_shared<std::string>();
  auto as = std::make_shared<std::string>();
  CLI::App* in = add_command(*facts, "import", "Read what export wrote: all of it, or nothing when a line is wrong",
                             "  groundwork facts import facts.jsonl\n  groundwork facts import - < facts.jsonl");
  in->add_option("FILE", *source, "What to read; - is standard input")->required();
  in->add_option("--as", *as, "Record them under this learner");
  in->callback([&, source, as] { chosen = [&, source, as] { return import_facts(context, *source, *as); }; });

  auto copy = std::make_shared<std::string>();
  CLI::App* backup_command = add_command(app, "backup", "A consistent copy of the ledger, while the server may run",
                                         "  groundwork backup ~/groundwork-$(date +%F).db");
  backup_command->add_option("FILE", *copy, "The new file")->required();
  backup_command->callback([&, copy] { chosen = [&, copy] { return backup(context, *copy); }; });
}

}  // namespace groundwork::cli
