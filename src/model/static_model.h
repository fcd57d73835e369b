#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"

namespace groundwork::model {

/// A vector for each token of a vocabulary.
struct StaticModel {
  std::size_t vocabulary = 0;
  std::size_t dimensions = 0;
  std::vector<float> embeddings;  ///< [vocabulary][dimensions]; zeros: a token that says nothing
};
inline constexpr std::size_t kLargestDimensions = 4096;

/// Whether nothing is at `out` that write_static_model would not replace: asked before the work that is to be written.
/// @errors kAlreadyExists: there is something else than an empty folder
base::Status check_output_folder(const std::filesystem::path& out);

/// A folder of model.safetensors (tensor "embeddings"), config.json and the teacher's tokenizer.json. It is there whole
/// or not at all.
/// @param teacher  the folder whose tokenizer.json is copied, and the hash of whose model.safetensors is noted
/// @errors those of files; kAlreadyExists
base::Status write_static_model(const StaticModel& model, const std::filesystem::path& teacher,
                                const std::filesystem::path& out);

/// Whether the folder's config.json says that it holds such a model.
bool is_static_model(const std::filesystem::path& folder);

}  // namespace groundwork::model
