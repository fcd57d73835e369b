#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace groundwork::assess {

/// How much an archive may be made of. What is beyond is refused, never cut.
struct ArchiveLimits {
  std::size_t archive_bytes = std::size_t{8} << 20;    ///< as it was sent
  std::size_t unpacked_bytes = std::size_t{16} << 20;  ///< after decompression, headers included
  std::size_t file_bytes = std::size_t{256} << 10;
  std::size_t files = 20;
};

/// The regular files of a tar or tar.gz, by path: "cache.py", "package/cache.py". Works in memory and never touches the
/// disk. Understands ustar, the long names of GNU tar, and pax paths; folders are passed over, "./" in front of a path
/// is dropped.
///
/// The bytes are hostile input. Refused are absolute paths, "..", backslashes and control characters in a path, a path
/// that comes twice, links, devices and every other kind of entry, wrong checksums, and data after the gzip stream.
///
/// @errors kInvalidArgument: where the archive is not well-formed or holds what may not be in it, with the entry's name
///         or the offset; kResourceExhausted: which limit, and what was found
base::Result<std::map<std::string, std::string>> read_archive(std::string_view bytes, const ArchiveLimits& limits = {});

}  // namespace groundwork::assess
