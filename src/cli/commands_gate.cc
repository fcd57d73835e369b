#include <cstdio>
#include <iostream>
#include <iterator>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/portfolio_tools.h"
#include "portfolio/gate_evidence.h"
#include "portfolio/projects.h"
#include "portfolio/root_cause.h"
#include "portfolio/weekly_review.h"

namespace groundwork::cli {
namespace {

using base::Code;
using base::make_error;
using base::json::array;
using base::json::object;
using base::json::value;

std::string text_at(const object& from, std::string_view key) { return base::string_or(from, key); }

void print_gate(const object& gate) {
  std::printf("%s: %s\n  %s\n", text_at(gate, "title").c_str(), text_at(gate, "status").c_str(),
              text_at(gate, "requirement").c_str());
  std::printf("  [%s] modules: %lld of %lld complete\n",
              gate.at("modules_complete") == gate.at("modules_total") ? "x" : " ",
              static_cast<long long>(base::int_or(gate, "modules_complete", 0)),
              static_cast<long long>(base::int_or(gate, "modules_total", 0)));
  for (const value& one : gate.at("items").as_array()) {
    const object& item = one.as_object();
    const bool there = base::bool_or(item, "satisfied", false);
    std::printf("  [%s] %s\n", there ? "x" : " ", text_at(item, "item").c_str());
    for (const value& metric : item.at("metrics").as_array()) {
      const object& m = metric.as_object();
      std::printf("        %-10s %s %s, target %s\n", text_at(m, "state").c_str(), text_at(m, "title").c_str(),
                  text_at(m, "value_text").c_str(), text_at(m, "target_text").c_str());
    }
    if (item.at("evidence").is_object()) {
      const object& given = item.at("evidence").get_object();
      std::printf("        %s: %s%s\n", text_at(given, "kind").c_str(), text_at(given, "evidence").c_str(),
                  text_at(given, "name").c_str());
    }
    if (!there) std::printf("        %s\n", text_at(item, "command").c_str());
  }
  for (const value& one : gate.at("reasons").as_array()) {
    std::printf("  %s: %s\n", text_at(one.as_object(), "rule").c_str(), text_at(one.as_object(), "text").c_str());
  }
  if (gate.at("next").is_object()) {
    const object& next = gate.at("next").get_object();
    std::printf("  Next: %s\n", text_at(next, "title").c_str());
    if (const std::string command = text_at(next, "command"); !command.empty())
      std::printf("    %s\n", command.c_str());
  }
}

base::Result<object> gate_of(Context& context, const std::string& id) {
  GW_TRY(api::Platform * platform, context.platform());
  GW_TRY(const portfolio::Evidence evidence, portfolio::evidence_of(platform->study(), context.learner));
  return portfolio::gate_detail_json(evidence, id);
}

Exit show(Context& context, const std::string& id) {
  const auto platform = context.platform();
  if (!platform.ok()) return context.fail(platform.error());
  const auto evidence = portfolio::evidence_of((*platform)->study(), context.learner);
  if (!evidence.ok()) return context.fail(evidence.error());
  if (id.empty()) {
    const array gates = portfolio::gates_json(*evidence);
    if (context.json) {
      context.print(object{{"gates", gates}});
    } else {
      for (const value& gate : gates) print_gate(gate.as_object());
    }
    return Exit::kOk;
  }
  const auto gate = portfolio::gate_detail_json(*evidence, id);
  if (!gate.ok()) return context.fail(gate.error());
  if (context.json) {
    context.print(*gate);
  } else {
    print_gate(*gate);
  }
  return text_at(*gate, "status") == "open" ? Exit::kOk : Exit::kNotPassed;
}

struct EvidenceOptions {
  std::string gate, item, link, file, commit, run, note;
};

Exit add(Context& context, const EvidenceOptions& options) {
  portfolio::GateItem item;
  item.gate = options.gate;
  item.item = options.item;
  int kinds = 0;
  const auto take = [&](const char* kind, const std::string& text) {
    if (text.empty()) return;
    ++kinds;
    item.kind = kind;
    item.text = text;
  };
  take("link", options.link);
  take("file", options.file);
  take("commit", options.commit);
  take("run", options.run);
  take("note", options.note);
  if (kinds != 1) {
    return context.fail(
        make_error(Code::kInvalidArgument,
                   "expected one of --link, --file, --commit, --run and --note, found " + std::to_string(kinds)));
  }
  if (item.kind == "file") {
    auto bytes = base::read_file(options.file, ledger::Ledger::kMaxBlobBytes);
    if (!bytes.ok()) return context.fail(bytes.error());
    item.bytes = std::move(*bytes);
    item.name = std::filesystem::path(options.file).filename().string();
    item.text.clear();
  }
  const auto platform = context.platform();
  if (!platform.ok()) return context.fail(platform.error());
  const auto fact = portfolio::add_evidence((*platform)->study(), context.learner, item);
  if (!fact.ok()) return context.fail(fact.error());
  const auto gate = gate_of(context, options.gate);
  if (!gate.ok()) return context.fail(gate.error());
  if (context.json) {
    context.print(*gate);
  } else {
    print_gate(*gate);
  }
  return Exit::kOk;
}

Exit report(Context& context, const std::string& id, const std::string& format, const std::string& output) {
  const auto gate = gate_of(context, id);
  if (!gate.ok()) return context.fail(gate.error());
  const std::string html = portfolio::gate_report_html(*gate, context.learner, base::SystemClock().now());
  const std::string file = output.empty() ? id + "." + format : output;
  const base::Status written = format == "pdf" ? print_pdf(html, file) : base::write_file_atomically(file, html);
  if (!written.ok()) return context.fail(written.error());
  if (context.json) {
    context.print(object{{"gate", id}, {"file", file}});
  } else {
    std::printf("%s\n", file.c_str());
  }
  return Exit::kOk;
}

// ---- Root-cause reports ----

struct ReportOptions {
  std::string kpi, project, file;
};

/// The project that a report on the KPI is of, when none is named: the one that it blocks, or that measured it.
base::Result<std::string> project_for(const portfolio::Evidence& evidence, const ReportOptions& options) {
  if (!options.project.empty()) return options.project;
  std::string measured;
  for (const value& one : portfolio::projects_json(evidence)) {
    const object& project = one.as_object();
    for (const value& block : project.at("blocks").as_array()) {
      if (options.kpi.empty() || text_at(block.as_object(), "kpi") == options.kpi)
        return text_at(project, "project_id");
    }
    for (const value& metric : project.at("metrics").as_array()) {
      if (text_at(metric.as_object(), "id") == options.kpi && metric.as_object().at("run").is_string()) {
        measured = text_at(project, "project_id");
      }
    }
  }
  if (!measured.empty()) return measured;
  return make_error(Code::kFailedPrecondition,
                    options.kpi.empty() ? std::string("no report is due: no number is missed")
                                        : "no project measured '" + options.kpi + "': name it with --project");
}

Exit new_report(Context& context, const ReportOptions& options) {
  const auto platform = context.platform();
  if (!platform.ok()) return context.fail(platform.error());
  const auto evidence = portfolio::evidence_of((*platform)->study(), context.learner);
  if (!evidence.ok()) return context.fail(evidence.error());
  const auto project = project_for(*evidence, options);
  if (!project.ok()) return context.fail(project.error());
  const auto form = portfolio::report_form_json(*evidence, *project, options.kpi);
  if (!form.ok()) return context.fail(form.error());
  const std::string file =
      options.file.empty() ? "root-cause-" + *project + "-" + text_at(*form, "kpi") + ".md" : options.file;
  std::error_code error;
  if (std::filesystem::exists(file, error)) {
    return context.fail(make_error(Code::kAlreadyExists, "'" + file + "' is there already, and may hold your words"));
  }
  if (const auto written = base::write_file_atomically(file, portfolio::report_template(*form)); !written.ok()) {
    return context.fail(written.error());
  }
  if (context.json) {
    object out = *form;
    out["file"] = file;
    context.print(out);
  } else {
    std::printf("%s\nFill it in, then: groundwork report submit %s\n", file.c_str(), file.c_str());
  }
  return Exit::kOk;
}

Exit submit_report(Context& context, const std::string& file) {
  const auto text = base::read_file(file, std::size_t{1} << 20);
  if (!text.ok()) return context.fail(text.error());
  const auto report = portfolio::report_from_markdown(*text, file);
  if (!report.ok()) return context.fail(report.error());
  const auto platform = context.platform();
  if (!platform.ok()) return context.fail(platform.error());
  const auto fact = portfolio::submit_report((*platform)->study(), context.learner, *report);
  if (!fact.ok()) return context.fail(fact.error());
  if (context.json) {
    context.print(object{{"fact", *fact}, {"project", report->project}, {"kpi", report->kpi}});
  } else {
    std::printf("Recorded, fact %lld: %s of %s no longer blocks\n", static_cast<long long>(*fact), report->kpi.c_str(),
                report->project.c_str());
  }
  return Exit::kOk;
}

// ---- Weekly review ----

void print_review(const object& review) {
  std::printf("Week %lld, %s to %s%s\n", static_cast<long long>(base::int_or(review, "week", 0)),
              text_at(review, "from").c_str(), text_at(review, "to").c_str(),
              review.at("submitted").is_object() ? ", handed in" : "");
  for (const value& one : review.at("questions").as_array()) {
    const object& question = one.as_object();
    std::printf("\n%s\n", text_at(question, "question").c_str());
    const array& beside = question.at("beside").as_array();
    if (beside.empty()) std::printf("  (no fact of the week speaks to it)\n");
    for (const value& line : beside) std::printf("  - %s\n", text_at(line.as_object(), "text").c_str());
  }
  std::printf("\nTime\n");
  const object& time = review.at("time").as_object();
  for (const value& one : time.at("kinds").as_array()) {
    const object& kind = one.as_object();
    std::printf("  %-14s at least %4.1f h of %.2f\n", text_at(kind, "kind").c_str(),
                kind.at("at_least").to_number<double>(), kind.at("planned").to_number<double>());
  }
  std::printf("  %s\n\nStories\n", text_at(time, "unknown").c_str());
  for (const value& one : review.at("stories").as_array()) {
    const object& story = one.as_object();
    std::printf("  %-18s %s (%lld version%s)\n", text_at(story, "story").c_str(), text_at(story, "title").c_str(),
                static_cast<long long>(base::int_or(story, "versions", 0)),
                base::int_or(story, "versions", 0) == 1 ? "" : "s");
  }
}

Exit show_review(Context& context, int week) {
  const auto platform = context.platform();
  if (!platform.ok()) return context.fail(platform.error());
  const auto evidence = portfolio::evidence_of((*platform)->study(), context.learner);
  if (!evidence.ok()) return context.fail(evidence.error());
  const auto review =
      portfolio::weekly_review_json(*evidence, week == 0 ? portfolio::current_plan_week(*evidence) : week);
  if (!review.ok()) return context.fail(review.error());
  if (context.json) {
    context.print(*review);
  } else {
    print_review(*review);
  }
  return Exit::kOk;
}

Exit submit_review(Context& context, int week, const std::string& file) {
  base::Result<std::string> text =
      file == "-" ? base::Result<std::string>(std::string(std::istreambuf_iterator<char>(std::cin), {}))
                  : base::read_file(file, std::size_t{1} << 20);
  if (!text.ok()) return context.fail(text.error());
  const auto parsed = base::parse_json(*text);
  if (!parsed.ok()) return context.fail(base::wrap(parsed.error(), file));
  const auto read = [&]() -> base::Result<std::pair<std::vector<std::string>, std::vector<portfolio::Story>>> {
    if (!parsed->is_object()) return make_error(Code::kInvalidArgument, file + ": expected an object");
    const object& body = parsed->get_object();
    std::pair<std::vector<std::string>, std::vector<portfolio::Story>> out;
    GW_TRY(const array* answers, base::get_array(body, "answers", file));
    for (const value& one : *answers) {
      if (!one.is_string()) return make_error(Code::kInvalidArgument, file + ": answers: expected text");
      out.first.emplace_back(one.get_string());
    }
    GW_TRY(const array* stories, base::get_array(body, "stories", file));
    for (const value& one : *stories) {
      if (!one.is_object()) return make_error(Code::kInvalidArgument, file + ": stories: expected objects");
      const object& story = one.get_object();
      out.second.push_back({text_at(story, "story"), text_at(story, "title"), text_at(story, "text")});
    }
    return out;
  }();
  if (!read.ok()) return context.fail(read.error());
  const auto platform = context.platform();
  if (!platform.ok()) return context.fail(platform.error());
  if (week == 0) {
    const auto evidence = portfolio::evidence_of((*platform)->study(), context.learner);
    if (!evidence.ok()) return context.fail(evidence.error());
    week = portfolio::current_plan_week(*evidence);
  }
  const base::Status done =
      portfolio::submit_weekly_review((*platform)->study(), context.learner, week, read->first, read->second);
  if (!done.ok()) return context.fail(done.error());
  return show_review(context, week);
}

void add_report_commands(CLI::App& app, Context& context, Command& chosen) {
  CLI::App* command = add_command(app, "report", "Root-cause reports: what lifts the block of a missed number", "");
  command->require_subcommand(1);
  auto options = std::make_shared<ReportOptions>();
  CLI::App* made = add_command(*command, "new", "A form to fill in, with the numbers and runs of the miss",
                               "  groundwork report new p95-latency --project project-1");
  made->add_option("KPI", options->kpi, "The number that was missed (default: the one that blocks)");
  made->add_option("--project", options->project, "Its project");
  made->add_option("--output", options->file, "Where to write it");
  made->callback([&, options] { chosen = [&, options] { return new_report(context, *options); }; });
  auto file = std::make_shared<std::string>();
  CLI::App* handed = add_command(*command, "submit", "Checks every part and records the report",
                                 "  groundwork report submit root-cause-project-1-p95-latency.md");
  handed->add_option("FILE", *file, "The form, filled in")->required();
  handed->callback([&, file] { chosen = [&, file] { return submit_report(context, *file); }; });
}

void add_review_commands(CLI::App& app, Context& context, Command& chosen) {
  CLI::App* command = add_command(app, "review", "The weekly review, with what the facts say beside each question", "");
  command->require_subcommand(1);
  auto week = std::make_shared<int>(0);
  CLI::App* shown = add_command(*command, "show", "The five questions, the time, the risks and the story bank",
                                "  groundwork review show\n  groundwork review show --week 3 --json");
  shown->add_option("--week", *week, "Of the plan (default: this one)")->check(CLI::Range(1, 16));
  shown->callback([&, week] { chosen = [&, week] { return show_review(context, *week); }; });
  auto options = std::make_shared<std::pair<int, std::string>>();
  CLI::App* handed = add_command(*command, "submit", "Five answers and two stories, as JSON",
                                 "  groundwork review submit review.json\n"
                                 "  {\"answers\": [five texts], \"stories\": [{\"title\": ..., \"text\": ...}, "
                                 "{\"story\": ID, \"title\": ..., \"text\": ...}]}");
  handed->add_option("FILE", options->second, "JSON, or - for standard input")->required();
  handed->add_option("--week", options->first, "Of the plan (default: this one)")->check(CLI::Range(1, 16));
  handed->callback(
      [&, options] { chosen = [&, options] { return submit_review(context, options->first, options->second); }; });
}

}  // namespace

void add_gate_commands(CLI::App& app, Context& context, Command& chosen) {
  CLI::App* gate = add_command(app, "gate", "Gates: what is missing, and what would prove it", "");
  gate->require_subcommand(1);
  auto id = std::make_shared<std::string>();
  CLI::App* shown = add_command(*gate, "show", "One gate, or all; exit code 1 while it is closed",
                                "  groundwork gate show gate-2\n  groundwork gate show gate-2 --json | jq '.items'");
  shown->add_option("GATE", *id, "Gate (default: all)");
  shown->callback([&, id] { chosen = [&, id] { return show(context, *id); }; });

  CLI::App* evidence = add_command(*gate, "evidence", "What is handed in", "");
  evidence->require_subcommand(1);
  auto options = std::make_shared<EvidenceOptions>();
  CLI::App* added = add_command(*evidence, "add", "Hands in evidence for one item",
                                "  groundwork gate evidence add gate-2 --item \"PEFT experiment\" --file report.pdf");
  added->add_option("GATE", options->gate, "Gate")->required();
  added->add_option("--item", options->item, "The item, or its beginning")->required();
  added->add_option("--link", options->link, "A URL");
  added->add_option("--file", options->file, "A file; it is kept, with its SHA-256");
  added->add_option("--commit", options->commit, "A commit's hash");
  added->add_option("--run", options->run, "A recorded run");
  added->add_option("--note", options->note, "What is shown and where");
  added->callback([&, options] { chosen = [&, options] { return add(context, *options); }; });

  struct Report {
    std::string gate, format = "html", output;
  };
  auto paper = std::make_shared<Report>();
  CLI::App* printed = add_command(*gate, "report", "The gate with its evidence as one page",
                                  "  groundwork gate report gate-2 --format pdf --output gate-2.pdf");
  printed->add_option("GATE", paper->gate, "Gate")->required();
  printed->add_option("--format", paper->format, "html or pdf")->check(CLI::IsMember({"html", "pdf"}));
  printed->add_option("--output", paper->output, "File (default: GATE.FORMAT)");
  printed->callback(
      [&, paper] { chosen = [&, paper] { return report(context, paper->gate, paper->format, paper->output); }; });
  add_report_commands(app, context, chosen);
  add_review_commands(app, context, chosen);
}

}  // namespace groundwork::cli
