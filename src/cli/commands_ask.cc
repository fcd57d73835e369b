#include "cli/commands.h"
#include "cli/search_tools.h"
#include "tutor/library_index.h"
#include "tutor/tutor.h"

namespace groundwork::cli {
namespace {

struct AskOptions {
  std::string question;
  std::string index;
  std::vector<std::string> filters;
  std::size_t sentences = 4;
};

/// The index of the library, brought up to date.
base::Result<OpenIndex> library_index(Context& context) {
  GW_TRY(const std::filesystem::path root, context.content_folder());
  GW_TRY(const auto library, curriculum::Library::open(root));
  OpenIndex open;
  GW_TRY(open.embedder, open_embedder(context));
  ProgressBar bar("indexing the library");
  GW_TRY(const std::filesystem::path folder,
         tutor::ensure_library_index(
             context.cache_folder(), root, *library->current(), *open.embedder,
             [&](std::size_t done, std::size_t total) { bar.show(done, total, "passages"); }, interrupted()));
  bar.clear();
  GW_TRY(open.index, search::Index::open(folder));
  return open;
}

void print(const tutor::Answer& answer) {
  std::printf("%s\n", answer.text().c_str());
  if (!answer.citations.empty()) std::printf("\n");
  for (const tutor::Citation& one : answer.citations) {
    const std::string place = one.path.empty() ? one.id
                                               : one.path + ", bytes " + std::to_string(one.in_document.begin) + "-" +
                                                     std::to_string(one.in_document.end);
    std::printf("[%d] %s (%s; %s)\n", one.number, one.title.c_str(), place.c_str(),
                std::string(tutor::to_string(one.verdict)).c_str());
  }
  if (!answer.abstained) return;
  for (const tutor::NearPassage& one : answer.passages)
    std::printf("  - %s (%s)\n", one.title.c_str(), one.path.c_str());
}

Exit ask(Context& context, const AskOptions& options) {
  auto open = options.index.empty() ? library_index(context) : open_index(context, options.index);
  if (!open.ok()) return context.fail(open.error());
  if (open->embedder == nullptr) {
    return context.fail(
        base::make_error(base::Code::kFailedPrecondition,
                         "the index has no vectors, which answering needs; index again without --lexical-only"));
  }
  tutor::Question question;
  question.text = options.question;
  question.sentences = options.sentences;
  auto filter = filter_of(options.filters);
  if (!filter.ok()) return context.fail(filter.error());
  question.filter = *std::move(filter);
  if (options.index.empty()) {
    const search::Filter library = tutor::quotable();
    question.filter.conditions.insert(question.filter.conditions.end(), library.conditions.begin(),
                                      library.conditions.end());
  }
  const auto answer = tutor::Tutor(open->index->snapshot(), *open->embedder).ask(question);
  if (!answer.ok()) return context.fail(answer.error());
  if (context.json) {
    context.print(tutor::to_json(*answer));
  } else {
    print(*answer);
  }
  return Exit::kOk;
}

}  // namespace

void add_ask_command(CLI::App& app, Context& context, Command& chosen) {
  const auto options = std::make_shared<AskOptions>();
  CLI::App* command =
      add_command(app, "ask", "An answer from the library, or from your own documents, with its sources",
                  "  groundwork ask \"why is a dict lookup constant time?\"\n"
                  "  groundwork ingest notes --index notes.index && groundwork ask --index notes.index \"...\"");
  command->add_option("--index", options->index, "An index of your own documents; none: the library");
  command->add_option("--filter", options->filters, "key=value, key!=value, key=a|b, key>=1; all must hold")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->add_option("--sentences", options->sentences, "At most so many in the answer");
  command->add_option("QUESTION", options->question)->required();
  command->callback([&, options] { chosen = [&, options] { return ask(context, *options); }; });
}

}  // namespace groundwork::cli
