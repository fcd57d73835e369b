#include "measure/promptfoo.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

#include "base/utf8.h"
#include "measure/assertion.h"
#include "measure/fill.h"
#include "schema/document.h"

namespace groundwork::measure {
namespace {

namespace fs = std::filesystem;
namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;

constexpr std::array<std::string_view, 7> kKeys = {"description", "providers", "prompts",        "tests",
                                                   "defaultTest", "targets",   "evaluateOptions"};

/// "json.choices[0].message.content" as a JSON pointer.
std::optional<std::string> pointer_of(std::string_view expression) {
  if (!expression.starts_with("json")) return std::nullopt;
  expression.remove_prefix(4);
  std::string out;
  while (!expression.empty()) {
    const bool index = expression.starts_with('[');
    if (!index && !expression.starts_with('.')) return std::nullopt;
    expression.remove_prefix(1);
    const std::size_t end = index ? expression.find(']') : expression.find_first_of(".[");
    if (index && end == std::string_view::npos) return std::nullopt;
    const std::string_view key = expression.substr(0, end);
    const char* const allowed =
        index ? "0123456789" : "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$";
    if (key.empty() || key.find_first_not_of(allowed) != std::string_view::npos) return std::nullopt;
    out += "/" + std::string(key);
    expression.remove_prefix(std::min(expression.size(), key.size() + (index ? 1 : 0)));
  }
  return out;
}

class Reader {
 public:
  Reader(const schema::Document& document, PromptfooConfig& config, const ServiceSource& source)
      : document_(document), config_(config), source_(source) {}

  base::Status read() {
    if (!document_.value.is_object()) {
      return make_error(Code::kInvalidArgument, "expected a promptfoo configuration", document_.file);
    }
    root_ = &document_.value.get_object();
    for (const auto& [key, value] : *root_) {
      if (std::ranges::find(kKeys, std::string_view(key)) == kKeys.end())
        lacks("/" + std::string(key), "key '" + std::string(key) + "'");
    }
    read_prompts();
    read_tests();
    if (cases_.empty() && lacking_.empty()) lacks("/tests", "a file without prompts and tests");
    const std::string_view key = root_->contains("targets") ? "targets" : "providers";
    const json::value* providers = root_->if_contains(key);
    if (providers == nullptr || !providers->is_array() || providers->get_array().empty()) {
      lacks("/providers", "a file without a list of providers");
    } else {
      for (std::size_t i = 0; i < providers->get_array().size(); ++i) {
        read_provider(providers->get_array()[i], "/" + std::string(key) + "/" + std::to_string(i));
      }
    }
    if (!lacking_.empty()) return make_error(Code::kUnimplemented, lacking_);
    return write_cases();
  }

 private:
  void lacks(const std::string& pointer, const std::string& what) { problem(pointer, "not supported here: " + what); }

  void problem(const std::string& pointer, const std::string& what) {
    lacking_ += (lacking_.empty() ? "" : "\n") + document_.problem_at(pointer, what).text();
  }

  void read_prompts() {
    const json::value* prompts = root_->if_contains("prompts");
    if (prompts == nullptr || !prompts->is_array()) return lacks("/prompts", "anything but a list of texts");
    for (std::size_t i = 0; i < prompts->get_array().size(); ++i) {
      const json::value& one = prompts->get_array()[i];
      const bool file = one.is_string() && one.get_string().starts_with("file:");
      if (one.is_string() && !file) {
        prompts_.emplace_back(one.get_string());
      } else {
        lacks("/prompts/" + std::to_string(i), "a prompt that is no text");
      }
    }
  }

  /// Opens a model that an assertion needs, once.
  void open(score::Need need, const std::string& where, const std::string& type) {
    if (need == score::Need::kEmbedder ? services_.embedder != nullptr : services_.judge != nullptr) return;
    const char* const what = need == score::Need::kEmbedder ? "an embedding model" : "a language model that judges";
    if (!source_) return lacks(where, "assertion '" + type + "' without " + what);
    auto opened = source_(need);
    if (!opened.ok()) {
      problem(where, "assertion '" + type + "': " + opened.error().message);
    } else if (need == score::Need::kEmbedder) {
      services_.embedder = opened->embedder;
    } else {
      services_.judge = std::move(opened->judge);
      services_.judge_name = std::move(opened->judge_name);
    }
  }

  json::array assertions_of(const json::value& test, const std::string& pointer) {
    const json::value* list = test.is_object() ? test.get_object().if_contains("assert") : nullptr;
    if (list == nullptr) return {};
    if (!list->is_array()) {
      lacks(pointer + "/assert", "assertions that are no list");
      return {};
    }
    for (std::size_t i = 0; i < list->get_array().size(); ++i) {
      const json::value& one = list->get_array()[i];
      const std::string where = pointer + "/assert/" + std::to_string(i);
      if (!one.is_object()) {
        lacks(where, "an assertion that is no object");
        continue;
      }
      const std::string type = base::string_or(one.get_object(), "type");
      if (!is_known_assertion(type)) lacks(where, "assertion '" + type + "'");
      for (const score::Need need : needs_of_assertion(type)) open(need, where, type);
      for (const auto& [key, value] : one.get_object()) {
        if (key != "type" && key != "value" && key != "threshold" && key != "metric") {
          lacks(where + "/" + std::string(key), "'" + std::string(key) + "' of an assertion");
        }
      }
    }
    return list->get_array();
  }

  void read_tests() {
    json::object default_vars;
    json::array default_assertions;
    if (const json::value* common = root_->if_contains("defaultTest"); common != nullptr && common->is_object()) {
      default_assertions = assertions_of(*common, "/defaultTest");
      if (const json::value* vars = common->get_object().if_contains("vars"); vars != nullptr && vars->is_object()) {
        default_vars = vars->get_object();
      }
    }
    const json::value* tests = root_->if_contains("tests");
    if (tests == nullptr || !tests->is_array()) return lacks("/tests", "tests that are no list");
    for (std::size_t i = 0; i < tests->get_array().size(); ++i) {
      read_test(tests->get_array()[i], i, default_vars, default_assertions);
    }
  }

  void read_test(const json::value& test, std::size_t number, const json::object& default_vars,
                 const json::array& default_assertions) {
    const std::string pointer = "/tests/" + std::to_string(number);
    if (!test.is_object()) return lacks(pointer, "a test that is no object");
    json::object vars = default_vars;
    for (const auto& [key, value] : test.get_object()) {
      if (key == "vars" && value.is_object()) {
        for (const auto& [name, one] : value.get_object()) {
          if (one.is_array()) lacks(pointer + "/vars", "a variable with a list of values");
          vars[name] = one;
        }
      } else if (key != "assert" && key != "description" && key != "metadata") {
        lacks(pointer + "/" + std::string(key), "'" + std::string(key) + "' of a test");
      }
    }
    json::array all = default_assertions;
    for (const json::value& one : assertions_of(test, pointer)) all.push_back(one);
    const Filler filler(vars);
    const json::value filled = filler.fill(all);
    for (std::size_t p = 0; p < prompts_.size(); ++p) {
      json::object one = vars;
      const json::value prompt = filler.fill_text(prompts_[p]);
      one["id"] =
          "test-" + std::to_string(number + 1) + (prompts_.size() > 1 ? "-prompt-" + std::to_string(p + 1) : "");
      one["prompt"] = prompt.is_string() ? prompt : json::value(json::serialize(prompt));
      one["assert"] = filled;
      cases_.push_back(std::move(one));
    }
  }

  void read_provider(const json::value& provider, const std::string& pointer) {
    const bool plain = provider.is_string();
    if (!plain && !provider.is_object()) return lacks(pointer, "a provider that is no text and no object");
    const std::string id = plain ? std::string(provider.get_string()) : base::string_or(provider.get_object(), "id");
    json::object config;
    if (!plain) {
      if (const json::value* given = provider.get_object().if_contains("config");
          given != nullptr && given->is_object()) {
        config = given->get_object();
      }
    }
    if (id.starts_with("openai:chat:")) return add_openai(id.substr(12), config, pointer);
    if (id == "http" || id == "https" || id.starts_with("http://") || id.starts_with("https://")) {
      return add_http(id, config, pointer);
    }
    lacks(pointer, "provider '" + id + "'");
  }

  Suite basic(const std::string& contract) const {
    Suite suite;
    suite.name = "promptfoo";
    suite.version = "1";
    suite.title = base::string_or(*root_, "description");
    suite.folder = config_.folder.path();
    suite.contract = contract;
    suite.base_paths = {""};
    suite.cases = "cases.jsonl";
    suite.metrics = {assertions_metric(services_), *find_metric("error_rate"), *find_metric("p50_ms"),
                     *find_metric("p95_ms")};
    suite.thresholds["assertions"] = *parse_threshold(">= 1");
    return suite;
  }

  void add_openai(const std::string& model, const json::object& config, const std::string& pointer) {
    for (const auto& [key, value] : config) {
      if (key != "apiBaseUrl" && key != "apiKeyEnvar" && key != "temperature") {
        lacks(pointer + "/config/" + std::string(key), "'" + std::string(key) + "' of an OpenAI provider");
      }
    }
    PromptfooSuite out{basic("chat"), base::string_or(config, "apiBaseUrl")};
    if (out.target.empty()) lacks(pointer, "an OpenAI provider without config.apiBaseUrl");
    out.suite.request = {{"model", model}, {"path", "/chat/completions"}};
    const std::string key = base::string_or(config, "apiKeyEnvar", "OPENAI_API_KEY");
    if (std::getenv(key.c_str()) != nullptr) out.suite.request["key_env"] = key;
    config_.suites.push_back(std::move(out));
  }

  void add_http(const std::string& id, const json::object& config, const std::string& pointer) {
    for (const auto& [key, value] : config) {
      if (key != "url" && key != "method" && key != "headers" && key != "body" && key != "transformResponse" &&
          key != "responseParser") {
        lacks(pointer + "/config/" + std::string(key), "'" + std::string(key) + "' of an HTTP provider");
      }
    }
    PromptfooSuite out{basic("http"), base::string_or(config, "url", id)};
    const json::value* body = config.if_contains("body");
    out.suite.request["method"] = base::string_or(config, "method", body != nullptr ? "POST" : "GET");
    if (body != nullptr) out.suite.request["body"] = *body;
    if (const json::value* headers = config.if_contains("headers")) out.suite.request["headers"] = *headers;
    const char* const key = config.contains("transformResponse") ? "transformResponse" : "responseParser";
    if (const std::string expression = base::string_or(config, key); !expression.empty()) {
      const auto pointed = pointer_of(expression);
      if (!pointed) lacks(pointer + "/config/" + key, "'" + expression + "', which is not of the form json.a.b[0]");
      out.suite.request["answer"] = pointed.value_or("");
    }
    config_.suites.push_back(std::move(out));
  }

  base::Status write_cases() {
    std::string text;
    for (const json::object& one : cases_) text += json::serialize(one) + "\n";
    if (!base::is_utf8(text)) {  // an escape may stand for half a character
      return make_error(Code::kInvalidArgument, "expected whole characters in prompts and variables", document_.file);
    }
    return base::write_file_atomically(config_.folder.path() / "cases.jsonl", text);
  }

  const schema::Document& document_;
  PromptfooConfig& config_;
  const ServiceSource& source_;
  score::Services services_;  // what the assertions need
  const json::object* root_ = nullptr;
  std::vector<std::string> prompts_;
  std::vector<json::object> cases_;
  std::string lacking_;  // what is not supported, a line each
};

}  // namespace

Result<PromptfooConfig> load_promptfoo(const fs::path& file, const ServiceSource& services) {
  GW_TRY(const std::string text, base::read_file(file));
  if (!base::is_utf8(text)) return make_error(Code::kInvalidArgument, "expected UTF-8", file.string());
  GW_TRY(const schema::Document document, schema::parse_yaml(text, file.string()));
  GW_TRY(base::TemporaryFolder folder, base::TemporaryFolder::create("groundwork-promptfoo-"));
  PromptfooConfig config{std::move(folder), {}};
  GW_CHECK_OK(Reader(document, config, services).read());
  return config;
}

}  // namespace groundwork::measure
