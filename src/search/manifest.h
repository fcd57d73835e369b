#pragma once

// The one file of an index folder that changes: which segments there are, and what made them. Replaced atomically, so a
// reader sees the index before a commit or after it.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace groundwork::search {

struct ManifestSegment {
  std::string file;     ///< name in the folder
  std::string deleted;  ///< name of the file with the rows that are deleted; empty: none are
};

struct Manifest {
  std::uint64_t generation = 0;  ///< rises with every commit
  std::string embedder;          ///< name of the model that made the vectors; empty: there are none
  std::size_t dimensions = 0;
  std::uint32_t title_weight = 1;
  std::uint64_t next_file = 1;
  std::vector<ManifestSegment> segments;
  base::json::object properties;  ///< what else was learnt from the documents
};

inline constexpr const char* kManifestName = "MANIFEST";

/// @errors kNotFound: no index there; kDataLoss: damaged; kFailedPrecondition: of another version
base::Result<Manifest> read_manifest(const std::filesystem::path& folder);
base::Status write_manifest(const std::filesystem::path& folder, const Manifest& manifest);

}  // namespace groundwork::search
