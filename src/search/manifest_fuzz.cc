#include <cstdint>
#include <cstdlib>
#include <fstream>

#include "base/file.h"
#include "base/hash.h"
#include "search/manifest.h"

/// A manifest whose checksum is right and whose content is anything: refused, or names that stay in the folder. With an
/// odd first byte the checksum is part of the input too.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace groundwork;
  static const base::TemporaryFolder folder = base::TemporaryFolder::create("groundwork-fuzz-manifest").value();
  if (size == 0) return 0;
  const std::string content(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::ofstream(folder.path() / search::kManifestName, std::ios::binary)
      << (data[0] % 2 == 1 ? content : base::sha256_hex(content) + "\n" + content + "\n");
  const auto manifest = search::read_manifest(folder.path());
  if (!manifest.ok()) return 0;
  for (const search::ManifestSegment& one : manifest->segments) {
    if (one.file.empty() || (one.file + one.deleted).find('/') != std::string::npos) std::abort();
  }
  return 0;
}
