#include <cstdint>
#include <cstdlib>
#include <fstream>

#include "measure/dataset.h"
#include "measure/promptfoo.h"

/// A promptfooconfig.yaml that somebody else wrote: what is taken has cases that can be read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace groundwork;
  static const base::TemporaryFolder folder = base::TemporaryFolder::create("groundwork-fuzz-promptfoo").value();
  const std::filesystem::path file = folder.path() / "promptfooconfig.yaml";
  {
    std::ofstream out(file, std::ios::binary);
    out.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  }
  const auto config = measure::load_promptfoo(file);
  if (!config.ok()) return 0;
  if (config->suites.empty()) std::abort();
  for (const measure::PromptfooSuite& one : config->suites) {
    if (!measure::scan_dataset(one.suite.folder / one.suite.cases).ok()) std::abort();
  }
  return 0;
}
