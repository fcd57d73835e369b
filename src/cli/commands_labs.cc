#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <set>

#include "assess/runs.h"
#include "base/file.h"
#include "base/random.h"
#include "base/suggest.h"
#include "cli/commands.h"
#include "curriculum/load.h"

extern char** environ;  // NOLINT(readability-redundant-declaration): not in every <unistd.h>

namespace groundwork::cli {
namespace {

namespace fs = std::filesystem;
using assess::LabMode;
using assess::LabResult;
using assess::LabTest;
using assess::LabVariant;
using base::Code;
using base::make_error;
using base::json::object;
using curriculum::Lab;

constexpr const char* kMarker = ".groundwork.json";

struct LabOptions {
  std::string id;
  std::string folder;
  bool timed = false;
  bool harder = false;
};

/// A folder with a learner's work on a lab.
struct Workplace {
  std::string lab;
  fs::path folder;
  std::optional<base::Timestamp> timed_from;
};

/// What `lab start` wrote into the folder, if this is such a folder.
std::optional<Workplace> workplace_in(const fs::path& folder) {
  const auto text = base::read_file(folder / kMarker, 4096);
  if (!text.ok()) return std::nullopt;
  const auto value = base::parse_json(*text);
  if (!value.ok() || !value->is_object()) return std::nullopt;
  Workplace out{.lab = base::string_or(value->get_object(), "lab"), .folder = folder, .timed_from = std::nullopt};
  if (const auto from = base::parse_timestamp(base::string_or(value->get_object(), "timed_from")); from.ok()) {
    out.timed_from = *from;
  }
  if (out.lab.empty()) return std::nullopt;
  return out;
}

/// --dir, else the lab's folder that the working folder is in, else the folder of the lab's name below it.
base::Result<Workplace> find_workplace(const LabOptions& options) {
  std::error_code error;
  if (!options.folder.empty()) {
    const fs::path folder = fs::absolute(options.folder, error);
    Workplace out = workplace_in(folder).value_or(Workplace{.lab = options.id, .folder = folder, .timed_from = {}});
    if (!options.id.empty()) out.lab = options.id;
    if (out.lab.empty()) {
      return make_error(Code::kInvalidArgument,
                        "expected a lab's ID, as " + folder.string() + " was not made by 'groundwork lab start'");
    }
    return out;
  }
  const fs::path here = fs::current_path(error);
  for (fs::path folder = here; !folder.empty(); folder = folder.parent_path()) {
    const auto found = workplace_in(folder);
    if (found && (options.id.empty() || found->lab == options.id)) return *found;
    if (folder == folder.root_path()) break;
  }
  if (options.id.empty()) {
    return make_error(Code::kInvalidArgument,
                      "expected a lab's ID, or a folder that 'groundwork lab start' made; found neither");
  }
  const fs::path below = here / options.id;
  if (const auto found = workplace_in(below)) return *found;
  if (fs::is_directory(below, error)) return Workplace{.lab = options.id, .folder = below, .timed_from = {}};
  return make_error(Code::kNotFound, "there is no folder '" + options.id +
                                         "' here; make it with 'groundwork lab start " + options.id +
                                         "', or name yours with --dir");
}

base::Result<assess::Files> read_work(const Lab& lab, const fs::path& folder) {
  assess::Files files;
  for (const std::string& name : lab.files) {
    GW_TRY(std::string text, base::read_file(folder / name, std::size_t{1} << 20));
    files[name] = std::move(text);
  }
  return files;
}

/// Runs a program and waits. @return whether it ended with status 0
bool run_program(std::vector<std::string> words, const fs::path& folder) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", 1 /* O_WRONLY */, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", 1 /* O_WRONLY */, 0);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  pid_t pid = 0;
  const bool started = posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ) == 0;
  posix_spawn_file_actions_destroy(&actions);
  int status = -1;
  return started && waitpid(pid, &status, 0) == pid && status == 0;
}

/// A repository with the starter as its first commit. A person's own name is used where git knows it.
bool make_repository(const fs::path& folder, const std::string& lab) {
  return run_program({"git", "init", "-q", "-b", "main"}, folder) && run_program({"git", "add", "-A"}, folder) &&
         (run_program({"git", "commit", "-q", "-m", "Start " + lab}, folder) ||
          run_program({"git", "-c", "user.name=Groundwork", "-c", "user.email=groundwork@localhost", "-c",
                       "commit.gpgsign=false", "commit", "-q", "-m", "Start " + lab},
                      folder));
}

base::Status write_workplace(const Lab& lab, const fs::path& folder, object marker) {
  const auto write = [&](const fs::path& file, const std::string& text) -> base::Status {
    GW_CHECK_OK(base::create_folders((folder / file).parent_path()));
    return base::write_file_atomically(folder / file, text);
  };
  for (const auto& [name, text] : lab.starter) GW_CHECK_OK(write(name, text));
  for (const auto& [name, text] : lab.support) GW_CHECK_OK(write(name, text));
  for (const auto& [name, text] : lab.tests) GW_CHECK_OK(write(fs::path("tests") / name, text));
  GW_CHECK_OK(write("TASK.md", "# " + lab.title + "\n\n" + lab.task));
  GW_CHECK_OK(write("pytest.ini",
                    "[pytest]\npythonpath = .\ntestpaths = tests\nmarkers =\n"
                    "    task(number, weight, concept, misconception): which part of the task a test is about\n"));
  GW_CHECK_OK(write(".gitignore", "__pycache__/\n.pytest_cache/\n"));
  return write(kMarker, base::json::serialize(marker) + "\n");
}

Exit start(Context& context, const LabOptions& options) {
  const auto platform = context.platform();
  if (!platform.ok()) return context.fail(platform.error());
  assess::Study& study = (*platform)->study();
  const auto standing = study.standing(context.learner);
  if (!standing.ok()) return context.fail(standing.error());
  const auto& labs = (*standing)->content->labs;
  const auto found = labs.find(options.id);
  if (found == labs.end()) {
    std::vector<std::string> names;
    for (const auto& [name, lab] : labs) names.push_back(name);
    return context.fail(
        make_error(Code::kNotFound, "there is no lab '" + options.id + "'" + base::did_you_mean(options.id, names)));
  }
  const Lab& lab = found->second;
  std::error_code error;
  const fs::path folder = fs::absolute(options.folder.empty() ? options.id : options.folder, error);
  if (fs::exists(folder, error) && !(fs::is_directory(folder, error) && fs::is_empty(folder, error))) {
    return context.fail(
        make_error(Code::kAlreadyExists, folder.string() + " is there already and not empty; name another with --dir"));
  }
  object marker{{"lab", lab.id}, {"revision", lab.revision}};
  if (options.timed) marker["timed_from"] = base::format_timestamp(study.now());
  if (const auto written = write_workplace(lab, folder, marker); !written.ok()) return context.fail(written.error());
  const bool repository = make_repository(folder, lab.id);

  const LabVariant variant = options.harder ? LabVariant::kHarder : LabVariant::kStandard;
  const auto open = assess::lab_is_open(**standing, lab, variant);
  if (open.ok()) {
    const auto recorded =
        study.record(study.fact(context.learner, "lab.started:" + base::random_id(), "lab.started",
                                {{"lab", lab.id}, {"module", lab.module}, {"revision", lab.revision}}));
    if (!recorded.ok()) return context.fail(recorded.error());
  } else {
    std::fprintf(stderr, "to practise only, nothing will be recorded: %s\n", open.error().message.c_str());
  }
  if (!repository) std::fprintf(stderr, "git could not make it a repository; the files are all there\n");
  if (context.json) {
    object out{{"lab", lab.id}, {"folder", folder.string()}, {"git", repository}, {"open", open.ok()}};
    base::json::array files;
    for (const std::string& name : lab.files) files.emplace_back(name);
    out["files"] = std::move(files);
    context.print(out);
    return Exit::kOk;
  }
  std::printf("%s\n\n", folder.c_str());
  for (const std::string& name : lab.files) std::printf("  %-20s yours to write\n", name.c_str());
  for (const auto& [name, text] : lab.support) std::printf("  %-20s given, to import\n", name.c_str());
  std::printf("  %-20s the task\n  %-20s what `lab test` runs\n\n", "TASK.md", "tests/");
  if (options.timed && lab.timed_minutes) {
    std::printf("The clock runs: %d to %d minutes.\n\n", lab.timed_minutes->first, lab.timed_minutes->second);
  }
  std::printf("  cd %s\n  groundwork lab test      as often as you like\n  groundwork lab submit    when it passes\n",
              fs::relative(folder, error).c_str());
  return Exit::kOk;
}

/// Prints each test once it has ended.
class LivePrinter {
 public:
  void operator()(const LabResult& result) {
    for (const LabTest& test : result.tests) {
      if (test.status == "waiting" || test.status == "running" || !printed_.insert(test.id).second) continue;
      print(test);
    }
  }

 private:
  static void indent(const std::string& text) {
    std::string line;
    for (const char c : text + "\n") {
      if (c != '\n') {
        line += c;
      } else if (!line.empty()) {
        std::printf("        %s\n", line.c_str());
        line.clear();
      }
    }
  }
  static void print(const LabTest& test) {
    const bool passed = test.status == "pass";
    const bool colours = isatty(STDOUT_FILENO) != 0;
    const char* mark = passed ? (colours ? "\033[32mpass\033[0m" : "pass") : (colours ? "\033[31mFAIL\033[0m" : "FAIL");
    std::printf("  %s  %s%s\n", mark, test.name.c_str(),
                test.visibility == "visible" ? "" : (" (" + test.visibility + ")").c_str());
    if (!passed) {
      indent(test.message);
      if (!test.misconception.empty()) indent(test.misconception);
      if (!test.output.empty()) indent("printed: " + test.output);
    }
    std::fflush(stdout);
  }
  std::set<std::string> printed_;
};

Exit exit_of(const LabResult& result) {
  switch (result.verdict) {
    case progress::Verdict::kPass:
      return Exit::kOk;
    case progress::Verdict::kInfrastructure:
    case progress::Verdict::kInvalid:
      return Exit::kUnavailable;
    case progress::Verdict::kCancelled:
      return Exit::kCancelled;
    default:
      return Exit::kNotPassed;
  }
}

void print_result(const Lab& lab, const LabResult& result, LivePrinter& printer) {
  printer(result);
  const auto passed = std::count_if(result.tests.begin(), result.tests.end(),
                                    [](const LabTest& test) { return test.status == "pass"; });
  std::printf("\n%s: %s, %td of %zu tests, %.1f %%, %.2f s\n", lab.id.c_str(),
              std::string(progress::to_string(result.verdict)).c_str(), passed, result.tests.size(),
              result.score.percent(), result.ms / 1000.0);
  if (!result.message.empty()) std::printf("%s\n", result.message.c_str());
}

/// The lab's files in a folder, graded; what both commands share.
struct Graded {
  Lab lab;
  Workplace place;
  assess::Files files;
  LabResult result;
};

base::Result<Graded> grade(Context& context, const LabOptions& options, LabMode mode, LivePrinter& printer) {
  const std::stop_token stop = interrupted();
  Graded out;
  GW_TRY(out.place, find_workplace(options));
  GW_TRY(const fs::path content, context.content_folder());
  GW_TRY(out.lab, curriculum::load_lab(content, out.place.lab));
  GW_TRY(out.files, read_work(out.lab, out.place.folder));
  const LabVariant variant = options.harder ? LabVariant::kHarder : LabVariant::kStandard;
  const auto on_change = [&](const LabResult& result) {
    if (!context.json) printer(result);
  };
  GW_TRY(out.result, assess::run_lab(out.lab, out.files, mode, variant, context.lab_environment(), on_change, stop));
  return out;
}

Exit test(Context& context, const LabOptions& options) {
  LivePrinter printer;
  const auto graded = grade(context, options, LabMode::kTest, printer);
  if (!graded.ok()) return context.fail(graded.error());
  if (context.json) {
    context.print(assess::results_json(graded->result));
    return exit_of(graded->result);
  }
  print_result(graded->lab, graded->result, printer);
  if (graded->result.passed())
    std::printf("The visible tests pass; 'groundwork lab submit' runs the hidden ones too.\n");
  return exit_of(graded->result);
}

Exit submit(Context& context, const LabOptions& options) {
  // Opened first: a submission that could not be recorded should be told so before it is graded.
  const auto platform = context.platform();
  if (!platform.ok()) return context.fail(platform.error());
  assess::Study& study = (*platform)->study();
  LivePrinter printer;
  const auto graded = grade(context, options, LabMode::kSubmit, printer);
  if (!graded.ok()) return context.fail(graded.error());
  const LabResult& result = graded->result;
  if (!context.json) print_result(graded->lab, result, printer);

  std::optional<int> seconds;
  if (graded->place.timed_from) {
    const auto taken =
        std::chrono::duration_cast<std::chrono::seconds>(study.now() - *graded->place.timed_from).count();
    if (taken >= 0 && taken <= 86'400) seconds = static_cast<int>(taken);
  }
  const LabVariant variant = options.harder ? LabVariant::kHarder : LabVariant::kStandard;
  const auto before = study.standing(context.learner);
  const auto recorded =
      assess::record_submission(study, context.learner, graded->lab, variant, graded->files, result, seconds);
  if (context.json) context.print(assess::results_json(result));
  if (!recorded.ok()) {
    std::fprintf(stderr, "not recorded: %s\n", recorded.error().message.c_str());
    return recorded.error().code == Code::kFailedPrecondition ? exit_of(result) : cli::exit_of(recorded.error().code);
  }
  if (context.json || recorded->empty()) return exit_of(result);
  std::printf("Recorded.\n");
  if (seconds && graded->lab.timed_minutes) {
    std::printf("Time: %d:%02d; an interview gives %d to %d minutes.\n", *seconds / 60, *seconds % 60,
                graded->lab.timed_minutes->first, graded->lab.timed_minutes->second);
  }
  const auto after = study.standing(context.learner);
  if (before.ok() && after.ok()) {
    for (const auto& [id, title] : assess::unlocked(**before, **after)) {
      std::printf("Opened: %s (groundwork module show %s)\n", title.c_str(), id.c_str());
    }
  }
  return exit_of(result);
}

}  // namespace

void add_lab_commands(CLI::App& app, Context& context, Command& chosen) {
  CLI::App* lab = add_command(app, "lab", "Labs: start, test, submit", "");
  lab->require_subcommand(1);
  const auto add = [&](const char* name, const char* description, const char* examples,
                       Exit (*run)(Context&, const LabOptions&)) {
    auto options = std::make_shared<LabOptions>();
    CLI::App* command = add_command(*lab, name, description, examples);
    command->callback(
        [&context, &chosen, options, run] { chosen = [&context, options, run] { return run(context, *options); }; });
    return std::pair(command, options);
  };
  const auto [begin, begin_options] = add(
      "start", "Put starter, task and visible tests into a new folder, as a git repository",
      "  groundwork lab start thread-safe-cache\n  groundwork lab start dsa-three-sum --timed --dir ~/drills/three-sum",
      start);
  begin->add_option("ID", begin_options->id, "Lab")->required();
  begin->add_option("--dir", begin_options->folder, "The new folder (default: ./ID)");
  begin->add_flag("--timed", begin_options->timed, "Start the clock of an interview");
  begin->add_flag("--harder", begin_options->harder, "For testing out of a module that is still locked");
  const auto [check, check_options] =
      add("test", "Run the visible tests: quick, as often as you like, nothing recorded",
          "  cd thread-safe-cache && groundwork lab test\n"
          "  groundwork lab test thread-safe-cache --json | jq .status",
          test);
  const auto [hand_in, hand_in_options] =
      add("submit", "Grade with the hidden tests too, away from your code, and record the result",
          "  cd thread-safe-cache && groundwork lab submit\n"
          "  groundwork lab submit thread-safe-cache --dir ~/work/cache --harder\n"
          "With --json it prints results.json, version 3, as Exercism's test runners do.",
          submit);
  for (const auto& [command, options] : {std::pair(check, check_options), std::pair(hand_in, hand_in_options)}) {
    command->add_option("ID", options->id, "Lab (default: that of the folder)");
    command->add_option("--dir", options->folder, "Folder with your files");
  }
  hand_in->add_flag("--harder", hand_in_options->harder, "The harder variant, to test out of a module");
}

}  // namespace groundwork::cli
