#include "curriculum/scaffold.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/clock.h"
#include "base/file.h"
#include "base/suggest.h"

namespace groundwork::curriculum {
namespace {

using base::Code;
using base::make_error;

struct Kind {
  const char* name;
  const char* target;  ///< with {id}; a lab's is a folder
};

constexpr std::array<Kind, 9> kKinds = {{{"explainer", "library/explainers/{id}.md"},
                                         {"interview-pack", "library/interview/{id}.md"},
                                         {"module", "library/modules/{id}.yaml"},
                                         {"quiz", "library/questions/{id}.yaml"},
                                         {"lab", "labs/{id}"},
                                         {"paper-note", "library/papers/{id}.md"},
                                         {"weekly-review", "library/reviews/{id}.md"},
                                         {"root-cause-report", "library/reports/{id}.md"},
                                         {"design-document", "library/designs/{id}.md"}}};

void replace_all(std::string& text, std::string_view from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

bool is_id(std::string_view id) {
  if (id.empty() || id.size() > 64 || id.front() == '-' || id.back() == '-' || id.find("--") != std::string_view::npos)
    return false;
  return std::all_of(id.begin(), id.end(),
                     [](unsigned char c) { return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '-'; });
}

}  // namespace

const std::vector<std::string>& scaffold_kinds() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names;
    for (const Kind& kind : kKinds) names.emplace_back(kind.name);
    return names;
  }();
  return kNames;
}

base::Result<std::vector<std::string>> scaffold(const std::filesystem::path& root, const std::string& kind,
                                                const std::string& id, const std::string& module_id,
                                                std::chrono::sys_days today) {
  const auto found = std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& one) { return kind == one.name; });
  if (found == kKinds.end()) {
    return make_error(Code::kInvalidArgument,
                      "unknown kind '" + kind + "'" + base::did_you_mean(kind, scaffold_kinds()));
  }
  if (!is_id(id))
    return make_error(Code::kInvalidArgument,
                      "expected an id such as hybrid-search (lower case, digits, single '-'), found '" + id + "'");
  std::string target = found->target;
  replace_all(target, "{id}", id);
  if (std::filesystem::exists(root / target)) return make_error(Code::kAlreadyExists, target + " is there already");

  const auto fill = [&](std::string text) {
    std::string snake = id;
    std::replace(snake.begin(), snake.end(), '-', '_');
    replace_all(text, "{{ID}}", id);
    replace_all(text, "{{SNAKE}}", snake);
    replace_all(text, "{{MODULE}}", module_id.empty() ? "TODO-module" : module_id);
    replace_all(text, "{{TODAY}}", base::format_date(today));
    return text;
  };
  const std::string template_path = "library/_meta/templates/" + kind;
  std::vector<std::pair<std::string, std::string>> outputs;  // path, text
  if (kind == "lab") {
    GW_TRY(const auto files, base::list_files(root / template_path));
    for (const std::string& file : files) {
      GW_TRY(std::string text, base::read_file(root / template_path / file));
      std::string path = target + "/" + fill(file);
      outputs.emplace_back(std::move(path), fill(std::move(text)));
    }
  } else {
    GW_TRY(std::string text,
           base::read_file(root / (template_path + std::filesystem::path(target).extension().string())));
    outputs.emplace_back(target, fill(std::move(text)));
  }
  std::vector<std::string> written;
  for (const auto& [path, text] : outputs) {
    GW_CHECK_OK(base::create_folders((root / path).parent_path()));
    GW_CHECK_OK(base::write_file_atomically(root / path, text));
    written.push_back(path);
  }
  return written;
}

}  // namespace groundwork::curriculum
