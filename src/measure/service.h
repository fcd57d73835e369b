#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "http/client.h"
#include "measure/dataset.h"
#include "measure/metric.h"
#include "measure/suite.h"
#include "schema/validator.h"

namespace groundwork::measure {

/// One request of a contract, below the target's base path.
struct Call {
  std::string method = "POST";
  std::string path;
  std::string body;  ///< empty: none; else JSON
  http::Headers headers;
};

/// What is wrong with an answer: a stable code and a sentence with the place.
struct Breach {
  std::string code;
  std::string message;
};

/// An answer as a case's metrics see it, or what is wrong with it.
struct Reading {
  std::optional<Breach> breach;
  Answer answer;
};

/// One kind of contract: what is asked, and how strictly an answer is read. Immutable after it was made; thread-safe.
class Service {
 public:
  virtual ~Service() = default;

  /// Whether the case says what this contract needs. @errors kInvalidArgument with `where`
  virtual base::Status check_case(const Case& one, const std::string& where) const = 0;
  /// What is posted before the first case.
  virtual std::vector<Call> setup() const { return {}; }
  /// What is wrong with the answer to one of setup()'s calls.
  virtual std::optional<Breach> read_setup(const http::ClientResponse& response, const Call& call) const;
  virtual Call call(const Case& one) const = 0;
  /// The answer to call(), of any status.
  virtual Reading read(const Case& one, const http::ClientResponse& response) const = 0;
  /// Cases beside the dataset, drawn by the seed that the service was made with.
  virtual std::vector<Case> hidden_cases() const { return {}; }
  /// What somebody would reach who answers at random; nothing where that isn't known.
  virtual std::optional<double> chance(const Metric& metric, const std::vector<Case>& cases) const;
  /// One sentence for `count` breaches of a code among `of` answers that could have it.
  virtual std::string sentence(const std::string& code, std::size_t count, std::size_t of,
                               const std::string& example) const;
  /// The metric whose number of cases a code's breaches are counted against; empty: all calls.
  virtual std::string counted_against(const std::string& code) const;
};

/// @param seed  of the hidden documents and cases
/// @errors kInvalidArgument: the suite's request, template or documents; kNotFound: a file
base::Result<std::unique_ptr<Service>> make_service(const Suite& suite, std::uint64_t seed);

/// The schemas of a contract's answers, from its OpenAPI file.
class Contract {
 public:
  /// @errors kNotFound; kInvalidArgument with the place
  static base::Result<Contract> load(const std::filesystem::path& file);
  /// Of the JSON that a 200 answers to `method` (lower case) on `path`. @errors kNotFound: no such operation
  base::Result<schema::Validator> answer(const std::string& path, const std::string& method) const;

 private:
  explicit Contract(base::json::object document) : document_(std::move(document)) {}
  base::json::object document_;
};

/// The parsed body of a 200 that the schema accepts. A 3xx is never followed.
/// Codes: redirect, http_4xx, http_5xx, http_status, not_json, schema.
struct JsonReading {
  std::optional<Breach> breach;
  base::json::value body;
};
JsonReading read_json(const http::ClientResponse& response, const schema::Validator* schema);

/// The code and sentence of a call that got no answer: refused, no_host, timeout, closed, not_http, too_large, tls,
/// cancelled.
Breach breach_of(const base::Error& error);

}  // namespace groundwork::measure
