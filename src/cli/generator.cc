#include "cli/generator.h"

#include <cstdlib>

#include "base/utf8.h"
#include "model/local_chat.h"
#include "model/remote_chat.h"

namespace groundwork::cli {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::make_error;

constexpr std::string_view kLocal = "local:";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

base::Result<Generator> open_remote(const std::string& url, const EndpointLogin& login) {
  model::RemoteChatOptions options;
  options.endpoint.base_url = url;
  options.endpoint.model = login.model;
  options.endpoint.api_key = login.api_key;
  if (options.endpoint.model.empty()) {
    return make_error(Code::kInvalidArgument,
                      "expected the name of the endpoint's model in " + login.model_from + ", found nothing");
  }
  Generator generator;
  GW_TRY(generator.client, http::Client::create());
  GW_TRY(generator.model, model::RemoteChatModel::open(*generator.client, std::move(options)));
  return generator;
}

}  // namespace

fs::path language_model_path(const Context& context, const std::string& model) {
  const fs::path fetched = context.models_folder() / model;
  std::error_code error;
  return fs::is_directory(fetched, error) ? fetched : fs::path(model);
}

bool is_url(const std::string& where) { return where.starts_with("http://") || where.starts_with("https://"); }

EndpointLogin generator_login() {
  return {environment("GROUNDWORK_GENERATOR_MODEL"), environment("GROUNDWORK_GENERATOR_API_KEY"),
          "GROUNDWORK_GENERATOR_MODEL"};
}

base::Result<Generator> open_generator(const Context& context, const std::string& where, const EndpointLogin& login) {
  Generator generator;
  if (where.empty()) return generator;
  if (is_url(where)) return open_remote(where, login);
  if (!where.starts_with(kLocal) || where.size() == kLocal.size()) {
    return make_error(Code::kInvalidArgument, "language model: expected local:NAME or http://host:port/v1, found \"" +
                                                  base::clip(where, 80) + '"');
  }
  GW_TRY(generator.model, model::LocalChat::open(language_model_path(context, where.substr(kLocal.size()))));
  return generator;
}

}  // namespace groundwork::cli
