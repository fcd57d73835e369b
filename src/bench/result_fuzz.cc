#include <cstdint>
#include <cstdlib>

#include "bench/compare.h"
#include "bench/report.h"
#include "bench/result_json.h"

/// A result file from somebody else: what is read can be written and read again, shown and compared.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace groundwork;
  const auto parsed = base::parse_json({reinterpret_cast<const char*>(data), size});
  if (!parsed.ok()) return 0;
  const auto result = bench::result_of(*parsed, "result");
  if (!result.ok()) return 0;
  const std::string written = base::json::serialize(bench::to_json(*result, "fuzz"));
  const auto again = bench::result_of(base::parse_json(written).value(), "again");
  if (!again.ok()) std::abort();
  (void)bench::run_report(*result, "fuzz");
  (void)bench::compare_runs(*result, *result, 1);
  return 0;
}
