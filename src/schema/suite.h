#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"

namespace groundwork::schema {

struct SuiteFailure {
  std::string file;   ///< "ref.json", "optional/bignum.json"
  std::string group;  ///< its description
  std::string test;   ///< its description
  std::string expected;
  std::string got;  ///< "valid", "invalid: ...", or why the schema does not compile
};

struct SuiteReport {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t optional_passed = 0;  ///< of tests/draft2020-12/optional, only when asked for; not in `passed`
  std::size_t optional_failed = 0;
  std::vector<SuiteFailure> failures;  ///< required and optional
};

enum class OptionalTests : std::uint8_t { kSkip, kRun };

/// Runs the JSON Schema test suite for draft 2020-12 as it is published: tests/draft2020-12/*.json, with remotes/ known
/// as http://localhost:1234/. A schema that does not compile fails each of its tests.
/// @errors kNotFound: no such folder; kInvalidArgument: a file of it is not of the suite's form.
/// @source https://github.com/json-schema-org/JSON-Schema-Test-Suite
base::Result<SuiteReport> run_suite(const std::filesystem::path& folder, OptionalTests optional = OptionalTests::kSkip);

/// {"passed": ..., "failed": ..., "failures": [{file, group, test, expected, got}]}; with optional tests, their numbers
/// too.
base::json::value to_json(const SuiteReport& report);

}  // namespace groundwork::schema
