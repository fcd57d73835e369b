#pragma once

// promptfooconfig.yaml as it stands, for the part of it that is shared: HTTP and OpenAI-compatible providers, prompts
// with
// {{variables}}, tests with deterministic assertions.

#include <filesystem>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "measure/suite.h"

namespace groundwork::measure {

/// One provider of the file with all of its cases.
struct PromptfooSuite {
  Suite suite;
  std::string target;
};

/// What a file asks for. The suites' datasets are in `folder`, which goes with this.
struct PromptfooConfig {
  base::TemporaryFolder folder;
  std::vector<PromptfooSuite> suites;  ///< one a provider
};

/// Reads the file. Each prompt with each test is a case; a case is right when all its assertions hold.
/// Providers: `http`, `https` (with config.url, or the URL as its id; method, headers, body; transformResponse as
/// `json.a.b[0]` or not at all), `openai:chat:MODEL` (with config.apiBaseUrl; the key is read from OPENAI_API_KEY or
/// config.apiKeyEnvar).
/// Assertions, each also with `not-` before it: equals, contains, icontains, contains-any, contains-all, icontains-any,
/// icontains-all, starts-with, regex, is-json (also with a schema), latency (threshold in ms); with an embedder
/// similar; with a judge llm-rubric, model-graded-closedqa, g-eval, factuality; with both answer-relevance.
/// @deviation  a rubric is met or not (grades 1 and 2), and graded from 1 to 5 where it has a threshold; prompts and
///             fences are score/judge.h's, so `rubricPrompt` and `provider` of an assertion are not supported
/// @param services  asked for what the file's assertions need; empty: there are none
/// @errors kNotFound; kInvalidArgument: not such a file, with the place; kUnimplemented: every part that isn't
/// supported
///         here, one a line, with its place
/// @source promptfoo's documentation of configuration and assertions, as of version 0.123
base::Result<PromptfooConfig> load_promptfoo(const std::filesystem::path& file, const ServiceSource& services = {});

}  // namespace groundwork::measure
