#include "measure/case_lookup.h"

#include <algorithm>

#include "measure/service.h"
#include "measure/suite.h"

namespace groundwork::measure {

using base::Code;
using base::make_error;
using base::Result;

Result<Case> find_case(const std::filesystem::path& suites, const Run& run, const Sample& sample) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; };
  std::error_code error;
  if (run.suite.empty() || !std::ranges::all_of(run.suite, plain) ||
      !std::filesystem::exists(suites / run.suite / "suite.yaml", error)) {
    return make_error(Code::kNotFound, "the run's suite is not one of those that come with this program");
  }
  GW_TRY(const Suite suite, load_suite(suites / run.suite, suites / "contracts"));
  GW_TRY(const DatasetVersion version, version_of(suite));
  if (version.sha256 != run.dataset_sha256) {
    return make_error(Code::kFailedPrecondition,
                      "the suite's dataset is another than the run's by now: " + version.sha256.substr(0, 12) +
                          ", the run's is " + run.dataset_sha256.substr(0, 12));
  }
  GW_TRY(CaseReader reader, CaseReader::open(suite.folder / suite.cases));
  while (true) {
    GW_TRY(std::optional<Case> one, reader.next());
    if (!one) break;
    if (one->id == sample.case_id) return *std::move(one);
  }
  GW_TRY(const std::unique_ptr<Service> service, make_service(suite, run.seed));
  for (Case& one : service->hidden_cases()) {
    if (one.id == sample.case_id) return std::move(one);
  }
  return make_error(Code::kNotFound, "no case of the suite has this id");
}

}  // namespace groundwork::measure
