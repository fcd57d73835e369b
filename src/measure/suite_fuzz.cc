#include <cstdint>
#include <cstdlib>
#include <fstream>

#include "base/file.h"
#include "measure/suite.h"

/// A folder with a suite.yaml that somebody else wrote.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace groundwork;
  static const base::TemporaryFolder folder = base::TemporaryFolder::create("groundwork-fuzz-suite").value();
  {
    std::ofstream file(folder.path() / "suite.yaml", std::ios::binary);
    file.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  }
  const auto suite = measure::load_suite(folder.path(), folder.path());
  if (!suite.ok()) {
    if (suite.error().text().empty()) std::abort();
    return 0;
  }
  if (suite->metrics.empty() || suite->base_paths.empty() || suite->concurrency == 0) std::abort();
  for (const auto& [name, threshold] : suite->thresholds) {
    if (suite->metric(name) == nullptr || !(threshold.bound == threshold.bound)) std::abort();
  }
  return 0;
}
