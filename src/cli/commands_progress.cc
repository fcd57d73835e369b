#include <cstdio>

#include "api/content_json.h"
#include "base/hash.h"
#include "base/suggest.h"
#include "cli/commands.h"
#include "progress/state_json.h"

namespace groundwork::cli {
namespace {

using base::json::object;

Exit next(Context& context) {
  const auto platform = context.platform();
  if (!platform.ok()) return context.fail(platform.error());
  assess::Study& study = (*platform)->study();
  const auto standing = study.standing(context.learner);
  if (!standing.ok()) return context.fail(standing.error());
  const progress::Action action = progress::next_action((*standing)->state, study.now());
  if (context.json) {
    context.print(progress::action_json(*(*standing)->course, action));
    return Exit::kOk;
  }
  std::printf("%s", action.title.c_str());
  if (action.minutes > 0) std::printf("  (about %d min)", action.minutes);
  std::printf("\n%s\n", action.why.c_str());
  if (!action.command.empty()) std::printf("\n  %s\n", action.command.c_str());
  return Exit::kOk;
}

Exit status(Context& context) {
  const auto platform = context.platform();
  if (!platform.ok()) return context.fail(platform.error());
  assess::Study& study = (*platform)->study();
  const auto found = study.standing(context.learner);
  if (!found.ok()) return context.fail(found.error());
  const assess::Standing& standing = **found;
  const base::Timestamp now = study.now();
  if (context.json) {
    context.print(progress::status_json(standing.state, context.learner, now));
    return Exit::kOk;
  }
  const progress::Course& course = *standing.course;
  int week = 0;
  for (std::size_t m = 0; m < course.modules.size(); ++m) {
    const progress::Course::Module& module = course.modules[m];
    if (module.week != week) {
      week = module.week;
      std::printf("%sWeek %d: %s\n", week == 1 ? "" : "\n", week,
                  course.week_titles[static_cast<std::size_t>(week)].c_str());
    }
    const auto index = static_cast<int>(m);
    const progress::Status state = standing.state.status(index);
    std::printf("  %-12s %s\n", std::string(to_string(state)).c_str(), module.title.c_str());
    if (state == progress::Status::kOutline || state == progress::Status::kLocked) continue;
    std::printf("  %12s %s\n", "", progress::explain(standing.state, index, now).reasons.front().text.c_str());
  }
  std::printf("\n");
  for (std::size_t p = 0; p < course.phases.size(); ++p) {
    std::printf("%s: %s. %s\n", course.phases[p].gate_title.c_str(),
                standing.state.gate_open(static_cast<int>(p)) ? "open" : "closed",
                progress::explain_gate(standing.state, static_cast<int>(p)).front().text.c_str());
  }
  double percent = 0;
  for (const progress::ReadinessPart& part : progress::readiness(standing.state, now)) percent += part.earned;
  std::printf("Readiness: %.1f of 100\n\nNext: %s\n", percent,
              progress::next_action(standing.state, now).title.c_str());
  return Exit::kOk;
}

struct PlanOptions {
  int pace = 0;
  int hours = 0;
  std::string start;
  bool ics = false;
};

Exit plan(Context& context, const PlanOptions& options) {
  const auto platform = context.platform();
  if (!platform.ok()) return context.fail(platform.error());
  assess::Study& study = (*platform)->study();
  auto standing = study.standing(context.learner);
  if (!standing.ok()) return context.fail(standing.error());
  if (options.pace != 0 || options.hours != 0 || !options.start.empty()) {
    progress::ProfileSet profile = (*standing)->state.profile().value_or(progress::ProfileSet{
        .pace_weeks = 16, .hours_per_week = 12, .start_on = std::chrono::floor<std::chrono::days>(study.now())});
    if (options.pace != 0) profile.pace_weeks = options.pace;
    if (options.hours != 0) profile.hours_per_week = options.hours;
    if (!options.start.empty()) {
      const auto day = base::parse_date(options.start);
      if (!day.ok()) return context.fail(day.error());
      profile.start_on = *day;
    }
    object data = progress::profile_json(profile).as_object();
    const std::string id = "profile.set:" + std::to_string((*standing)->last_seq + 1) + ":" +
                           base::sha256_hex(base::canonical_json(data)).substr(0, 12);
    const auto recorded = study.record(study.fact(context.learner, id, "profile.set", std::move(data)));
    if (!recorded.ok()) return context.fail(recorded.error());
    standing = study.standing(context.learner);
    if (!standing.ok()) return context.fail(standing.error());
  }
  const auto& profile = (*standing)->state.profile();
  const progress::Course& course = *(*standing)->course;
  if (context.json) {
    context.print(progress::plan_json(course, profile));
    return Exit::kOk;
  }
  if (!profile) {
    return context.fail(
        base::make_error(base::Code::kFailedPrecondition,
                         "there is no plan yet: choose a pace with 'groundwork plan --pace 16 --hours 12'"));
  }
  const std::vector<progress::PlanWeek> weeks = progress::plan(course, *profile);
  if (options.ics) {
    std::fputs(progress::to_icalendar(weeks, study.now()).c_str(), stdout);
    return Exit::kOk;
  }
  const progress::Split split = progress::split_of(course, profile->hours_per_week);
  std::printf("%d weeks of %d h: theory %.2f, building %.2f, interview %.2f, retrospective %.2f\n", profile->pace_weeks,
              profile->hours_per_week, split.theory, split.building, split.interview, split.retrospective);
  for (const progress::PlanWeek& week : weeks) {
    std::printf("%2d  %s to %s  %s%s\n", week.number, base::format_date(week.from).c_str(),
                base::format_date(week.to).c_str(), week.title.c_str(),
                week.gate.empty() ? "" : ("  [" + week.gate + "]").c_str());
  }
  return Exit::kOk;
}

Exit show_module(Context& context, const std::string& id) {
  const auto platform = context.platform();
  if (!platform.ok()) return context.fail(platform.error());
  assess::Study& study = (*platform)->study();
  const auto found = study.standing(context.learner);
  if (!found.ok()) return context.fail(found.error());
  const assess::Standing& standing = **found;
  const int index = standing.course->module(id);
  if (index == progress::kNone) {
    return context.fail(
        base::make_error(base::Code::kNotFound,
                         "there is no module '" + id + "'" + base::did_you_mean(id, standing.content->module_ids())));
  }
  if (context.json) {
    context.print(api::module_json(standing, index, study.now()));
    return Exit::kOk;
  }
  const curriculum::Module& module = *standing.content->module(id);
  const progress::Explanation why = progress::explain(standing.state, index, study.now());
  std::printf("%s\nweek %d, about %g h, difficulty %d of 5\n\n%s: %s\nNext: %s\n", module.title.c_str(), module.week,
              module.estimated_hours, module.difficulty, std::string(to_string(standing.state.status(index))).c_str(),
              why.reasons.front().text.c_str(), why.next.title.c_str());
  const auto list = [](const char* name, const std::vector<std::string>& entries) {
    if (entries.empty()) return;
    std::printf("\n%s\n", name);
    for (const std::string& entry : entries) std::printf("  - %s\n", entry.c_str());
  };
  list("Objectives", module.learning_objectives);
  list("Study", module.core_theory);
  list("Build", module.hands_on_labs);
  list("Explainers", module.explainers);
  list("Labs", module.labs);
  list("Interview drills", module.interview_drills);
  list("Deliverables", module.deliverables);
  list("Exit criteria", module.exit_criteria);
  return Exit::kOk;
}

}  // namespace

CLI::App* add_command(CLI::App& parent, const std::string& name, const std::string& description,
                      const std::string& examples) {
  CLI::App* command = parent.add_subcommand(name, description);
  command->fallthrough();
  if (!examples.empty()) command->footer("Examples:\n" + examples);
  return command;
}

void add_progress_commands(CLI::App& app, Context& context, Command& chosen) {
  add_command(app, "next", "The one next thing to do, and why",
              "  groundwork next\n  groundwork next --json | jq -r .command")
      ->callback([&] { chosen = [&] { return next(context); }; });
  add_command(app, "status", "Where you stand, with the reason for every state",
              "  groundwork status\n  groundwork status --json | jq '.modules[] | select(.status == \"available\")'")
      ->callback([&] { chosen = [&] { return status(context); }; });
  auto options = std::make_shared<PlanOptions>();
  CLI::App* calendar =
      add_command(app, "plan", "The calendar; with options, choose the pace first",
                  "  groundwork plan --pace 12 --hours 10 --start 2026-11-30\n  groundwork plan --ics > plan.ics");
  calendar->add_option("--pace", options->pace, "Weeks")->check(CLI::IsMember({12, 16}));
  calendar->add_option("--hours", options->hours, "Hours a week")->check(CLI::IsMember({10, 12}));
  calendar->add_option("--start", options->start, "First day, YYYY-MM-DD");
  calendar->add_flag("--ics", options->ics, "Print iCalendar");
  calendar->callback([&, options] { chosen = [&, options] { return plan(context, *options); }; });

  CLI::App* module = add_command(app, "module", "Modules", "");
  module->require_subcommand(1);
  auto id = std::make_shared<std::string>();
  CLI::App* show = add_command(*module, "show", "A module: what it holds and where you stand in it",
                               "  groundwork module show cache-design");
  show->add_option("ID", *id, "Module")->required();
  show->callback([&, id] { chosen = [&, id] { return show_module(context, *id); }; });
}

}  // namespace groundwork::cli
