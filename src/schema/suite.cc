#include "schema/suite.h"

#include <utility>

#include "base/file.h"
#include "schema/validator.h"

namespace groundwork::schema {
namespace {

using base::Code;
using base::make_error;
namespace json = base::json;

struct Count {
  std::size_t passed = 0;
  std::size_t failed = 0;
};

std::string verdict(const base::Result<Validator>& validator, const json::value& data) {
  if (!validator.ok()) return "no schema: " + validator.error().text();
  const auto violations = validator->validate(data);
  if (violations.empty()) return "valid";
  return "invalid: " + violations.front().pointer + ": " + violations.front().message;
}

/// One group: a schema and the values tried on it.
base::Status run_group(const json::object& group, const std::string& file, const Registry& registry, Count& count,
                       std::vector<SuiteFailure>& failures) {
  GW_TRY(const std::string name, base::get_string(group, "description", file));
  GW_TRY(const json::array* tests, base::get_array(group, "tests", file + ": " + name));
  const json::value* schema = group.if_contains("schema");
  if (schema == nullptr)
    return make_error(Code::kInvalidArgument, "expected a schema, found nothing", file + ": " + name);
  const auto validator = Validator::compile(*schema, registry);
  for (const json::value& test : *tests) {
    const json::value* data = test.is_object() ? test.get_object().if_contains("data") : nullptr;
    if (data == nullptr) return make_error(Code::kInvalidArgument, "expected a test with data", file + ": " + name);
    GW_TRY(const std::string title, base::get_string(test.get_object(), "description", file + ": " + name));
    GW_TRY(const bool expected, base::get_bool(test.get_object(), "valid", file + ": " + name));
    std::string got = verdict(validator, *data);
    if (validator.ok() && (got == "valid") == expected && validator->valid(*data) == expected) {
      ++count.passed;
    } else {
      ++count.failed;
      failures.push_back({file, name, title, expected ? "valid" : "invalid", std::move(got)});
    }
  }
  return {};
}

base::Status run_file(const std::filesystem::path& folder, const std::string& file, const Registry& registry,
                      Count& count, std::vector<SuiteFailure>& failures) {
  GW_TRY(const std::string text, base::read_file(folder / file));
  auto groups = base::parse_json(text);
  if (!groups.ok()) return base::wrap(std::move(groups).error(), file);
  if (!groups->is_array()) return make_error(Code::kInvalidArgument, "expected a list of groups", file);
  for (const json::value& group : groups->get_array()) {
    if (!group.is_object()) return make_error(Code::kInvalidArgument, "expected a group of tests", file);
    GW_CHECK_OK(run_group(group.get_object(), file, registry, count, failures));
  }
  return {};
}

}  // namespace

base::Result<SuiteReport> run_suite(const std::filesystem::path& folder, OptionalTests optional) {
  const std::filesystem::path tests = folder / "tests" / "draft2020-12";
  std::error_code failure;
  if (!std::filesystem::is_directory(tests, failure)) {
    return make_error(Code::kNotFound, "expected the JSON Schema test suite, found no folder " + tests.string());
  }
  Registry registry;
  if (std::filesystem::is_directory(folder / "remotes", failure)) {
    GW_CHECK_OK(registry.add_folder(folder / "remotes", "http://localhost:1234/"));
  }
  GW_TRY(const auto files, base::list_files(tests));
  SuiteReport report;
  Count required;
  Count extra;
  for (const std::string& file : files) {
    if (!file.ends_with(".json")) continue;
    const bool is_optional = file.starts_with("optional/");
    if (is_optional && optional == OptionalTests::kSkip) continue;
    GW_CHECK_OK(run_file(tests, file, registry, is_optional ? extra : required, report.failures));
  }
  report.passed = required.passed;
  report.failed = required.failed;
  report.optional_passed = extra.passed;
  report.optional_failed = extra.failed;
  return report;
}

json::value to_json(const SuiteReport& report) {
  json::array failures;
  for (const SuiteFailure& one : report.failures) {
    failures.push_back(
        {{"file", one.file}, {"group", one.group}, {"test", one.test}, {"expected", one.expected}, {"got", one.got}});
  }
  json::object out = {{"passed", report.passed}, {"failed", report.failed}, {"failures", std::move(failures)}};
  if (report.optional_passed + report.optional_failed > 0) {
    out["optional"] = {{"passed", report.optional_passed}, {"failed", report.optional_failed}};
  }
  return out;
}

}  // namespace groundwork::schema
