#pragma once

// What the rules of all contracts have in common: a service that is asked, and rules as data. For conformance*.cc only.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/client.h"
#include "http/sse_parser.h"
#include "measure/conformance.h"
#include "measure/service.h"

namespace groundwork::measure::detail {

/// A service that is asked. What is wrong comes as a sentence; empty: nothing is.
class Prober {
 public:
  /// @param schema  of the answers of `asked()`
  Prober(const ConformanceOptions& options, std::optional<schema::Validator> schema,
         std::unique_ptr<http::Client> client)
      : options_(options), schema_(std::move(schema)), client_(std::move(client)) {}

  base::Result<http::ClientResponse> call(const std::string& method, const std::string& path,
                                          const std::string& body) const;
  /// What the service answers to GET, which is asked once; without an answer again the next time.
  base::Result<http::ClientResponse> get(const std::string& path) const;
  base::Result<http::ClientResponse> post(const std::string& path, const std::string& body) const {
    return call("POST", path, body);
  }
  /// The JSON of a 200 that fits the schema; else `wrong` says what was found.
  base::json::value asked(const std::string& path, const std::string& body, std::string& wrong) const;
  /// What is wrong when the request isn't refused with status 400.
  std::string refused(const std::string& path, const std::string& body) const;
  /// What is wrong when the documents aren't all taken.
  std::string taken(const std::string& documents, std::int64_t count) const;

  /// Where below the target the contract is.
  void use_base(std::string base) { base_ = std::move(base); }
  const ConformanceOptions& options() const { return options_; }
  /// Calls without any answer since the last that had one.
  std::size_t silent() const { return silent_; }

 private:
  const ConformanceOptions& options_;
  std::optional<schema::Validator> schema_;
  std::unique_ptr<http::Client> client_;
  std::string base_;
  mutable std::size_t silent_ = 0;
  mutable std::map<std::string, http::ClientResponse> got_;  // by path
};

struct Rule {
  const char* name;
  const char* rule;
  const char* why;
  std::function<std::string(const Prober&)> broken;  ///< empty: kept
};

const std::vector<Rule>& search_rules();
const std::vector<Rule>& rag_rules();
const std::vector<Rule>& tools_rules();
const std::vector<Rule>& chat_rules();

/// The events of a whole event stream; one that isn't ended at its end is none.
std::vector<http::SseEvent> events_of(std::string_view body);

std::string start_of(const std::string& text);
std::string first_wrong(const std::vector<std::string>& all);

}  // namespace groundwork::measure::detail
