#pragma once

// Which language model words answers: one place for the option, the environment and what they mean.

#include <memory>
#include <string>

#include "cli/context.h"
#include "http/client.h"
#include "model/chat.h"

namespace groundwork::cli {

inline constexpr const char* kGeneratorHelp =
    "A language model that words the answer, each sentence checked against the passages: local:NAME (a model that ./up "
    "fetched, a GGUF file or its folder) or the URL of an OpenAI-compatible endpoint, http://host:port/v1, with its "
    "model in GROUNDWORK_GENERATOR_MODEL and its key in GROUNDWORK_GENERATOR_API_KEY";

/// A model, and what it needs to be reached.
struct Generator {
  std::unique_ptr<http::Client> client;     ///< before the model, which uses it; nullptr for one in this process
  std::unique_ptr<model::ChatModel> model;  ///< nullptr: no generation, answers are sentences of the documents
};

/// Whether a model is named by the URL of its endpoint.
bool is_url(const std::string& where);

/// Which model of an endpoint is asked, and with which key.
struct EndpointLogin {
  std::string model;
  std::string api_key;     ///< empty: none is sent
  std::string model_from;  ///< what says the model's name: "GROUNDWORK_GENERATOR_MODEL", "--judge-model"
};
/// As kGeneratorHelp says.
EndpointLogin generator_login();

/// @param where  as kGeneratorHelp says; empty: no generation
/// @errors kInvalidArgument: neither form, or an endpoint without the name of its model; those of LocalChat::open and
///         RemoteChatModel::open
base::Result<Generator> open_generator(const Context& context, const std::string& where,
                                       const EndpointLogin& login = generator_login());

/// A model that ./up fetched, a GGUF file, or a folder with one.
std::filesystem::path language_model_path(const Context& context, const std::string& model);

}  // namespace groundwork::cli
