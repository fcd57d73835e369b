#include <algorithm>
#include <cstdio>

#include "cli/commands.h"

namespace groundwork::cli {
namespace {

namespace fs = std::filesystem;

// The shells ask the program itself, so what they offer cannot fall behind it.
constexpr const char* kBash = R"sh(_groundwork() {
  local IFS=$'\n'
  COMPREPLY=($(groundwork complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _groundwork groundwork
)sh";
// clang-format off: version 14 takes what stands in this text for code
constexpr const char* kZsh = R"sh(#compdef groundwork
_groundwork() {
  local -a found
  found=(${(f)"$(groundwork complete -- "${words[@]:1:$((CURRENT - 1))}" 2>/dev/null)"})
  if (( ${#found} )); then compadd -a found; else _files; fi
}
compdef _groundwork groundwork
)sh";
// clang-format on
constexpr const char* kFish =
    R"sh(complete -c groundwork -a '(groundwork complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
)sh";

/// Names of what lies in a folder, without a file's ending. Reads no file: completion has to be instant.
std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> out;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().stem().string();
    if (!name.empty() && name[0] != '_' && name[0] != '.' && name != "README") out.push_back(name);
  }
  return out;
}

/// What may stand where the last word stands.
std::vector<std::string> candidates(const CLI::App& root, const Context& context,
                                    const std::vector<std::string>& words) {
  const CLI::App* app = &root;
  std::string parent;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& word = words[i];
    const auto named = app->get_subcommands([&](const CLI::App* sub) { return sub->check_name(word); });
    if (named.empty()) continue;
    parent = app->get_name();
    app = named.front();
  }
  std::vector<std::string> out;
  for (const CLI::App* sub : app->get_subcommands([](const CLI::App*) { return true; })) {
    if (!sub->get_group().empty()) out.push_back(sub->get_name());
  }
  if (const auto content = context.content_folder(); content.ok()) {
    const std::vector<std::string> ids = parent == "lab" ? names_in(*content / "labs")
                                         : parent == "module" || parent == "quiz"
                                             ? names_in(*content / "library/modules")
                                             : std::vector<std::string>{};
    out.insert(out.end(), ids.begin(), ids.end());
  }
  if (!words.empty() && words.back().starts_with("-")) {
    for (const CLI::App* level = app; level != nullptr; level = level->get_parent()) {
      for (const CLI::Option* option : level->get_options()) {
        for (const std::string& name : option->get_lnames()) out.push_back("--" + name);
      }
    }
  }
  const std::string start = words.empty() ? "" : words.back();
  std::erase_if(out, [&](const std::string& name) { return !name.starts_with(start); });
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace

void add_completion_command(CLI::App& app, Context& context, Command& chosen) {
  auto shell = std::make_shared<std::string>();
  CLI::App* command =
      add_command(app, "completion", "Completion for your shell",
                  "  groundwork completion bash > ~/.local/share/bash-completion/completions/groundwork\n"
                  "  groundwork completion zsh > ~/.zfunc/_groundwork\n"
                  "  groundwork completion fish > ~/.config/fish/completions/groundwork.fish");
  command->add_option("SHELL", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([&chosen, shell] {
    chosen = [shell] {
      std::fputs(*shell == "bash" ? kBash : (*shell == "zsh" ? kZsh : kFish), stdout);
      return Exit::kOk;
    };
  });

  auto words = std::make_shared<std::vector<std::string>>();
  CLI::App* complete = app.add_subcommand("complete", "What may come next (the shells ask this)")->group("");
  complete->add_option("WORDS", *words);
  complete->callback([&app, &context, &chosen, words] {
    chosen = [&app, &context, words] {
      for (const std::string& candidate : candidates(app, context, *words)) std::printf("%s\n", candidate.c_str());
      return Exit::kOk;
    };
  });
}

}  // namespace groundwork::cli
