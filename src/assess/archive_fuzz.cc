// Whatever the bytes: no crash, no path that leads out, no limit exceeded, and each call says the same twice.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "assess/archive.h"

namespace {
void require(bool holds) {
  if (!holds) std::abort();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const groundwork::assess::ArchiveLimits limits{
      .archive_bytes = 1 << 20, .unpacked_bytes = 1 << 20, .file_bytes = 4096, .files = 5};
  const auto files = groundwork::assess::read_archive(bytes, limits);
  if (!files.ok()) {
    require(!files.error().message.empty());
    return 0;
  }
  require(files->size() <= limits.files);
  for (const auto& [path, content] : *files) {
    require(content.size() <= limits.file_bytes);
    require(!path.empty() && path.front() != '/' && path.find('\\') == std::string::npos);
    require(("/" + path + "/").find("/../") == std::string::npos);
  }
  require(*files == *groundwork::assess::read_archive(bytes, limits));
  return 0;
}
