#include <cstdint>
#include <cstdlib>
#include <fstream>

#include "measure/bundle.h"

/// A run that somebody else exported: what is taken is in the folder of runs, nowhere else, and can be read.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace groundwork;
  namespace fs = std::filesystem;
  static const base::TemporaryFolder folder = base::TemporaryFolder::create("groundwork-fuzz-bundle").value();
  const fs::path file = folder.path() / "run.jsonl";
  {
    std::ofstream out(file, std::ios::binary);
    out.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  }
  const measure::RunStore store(folder.path() / "runs");
  const auto run = measure::import_run(store, file);
  if (run.ok()) {
    const auto loaded = store.load(run->id);
    if (!loaded.ok() || measure::to_json(*loaded) != measure::to_json(*run)) std::abort();
    const auto read = measure::RunStore::for_each_sample(store.folder_of(run->id),
                                                         [](const measure::Sample&) -> base::Status { return {}; });
    if (!read.ok()) std::abort();
  }
  std::error_code failure;
  if (fs::exists(store.folder(), failure)) {
    const auto left = std::distance(fs::directory_iterator(store.folder()), fs::directory_iterator());
    if (left != (run.ok() ? 1 : 0)) std::abort();
  }
  fs::remove_all(store.folder(), failure);
  return 0;
}
