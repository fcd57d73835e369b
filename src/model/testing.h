#pragma once

// For tests: the models that ./up fetched.

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace groundwork::model {

/// The folder of a model below GW_MODELS; nothing where it isn't there.
inline std::optional<std::filesystem::path> fetched_model(const std::string& name) {
  const char* models = std::getenv("GW_MODELS");
  if (models == nullptr || !std::filesystem::is_directory(std::filesystem::path(models) / name)) return std::nullopt;
  return std::filesystem::path(models) / name;
}

}  // namespace groundwork::model
