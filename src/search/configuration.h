#pragma once

// What can be chosen about a search: how documents are cut, how the stages are fused, how many hits are read again.
// In scope: its name, read and written. Not in scope: running it (workbench.h).

#include <optional>
#include <string>
#include <string_view>

#include "search/searcher.h"

namespace groundwork::search {

struct Configuration {
  Mode mode = Mode::kHybrid;
  std::optional<std::size_t> chunk_tokens = std::nullopt;  ///< none: documents are indexed whole
  std::size_t overlap_tokens = 0;                          ///< at most half of chunk_tokens
  Fusion fusion = Fusion::kCalibrated;                     ///< counts in modes hybrid and rerank only
  std::optional<double> lexical_weight =
      std::nullopt;  ///< of calibrated fusion, from 0 to 1; none: as it was learnt from the documents
  std::size_t rerank_depth = SearchRequest{}.rerank_depth;  ///< counts in mode rerank only
  friend bool operator==(const Configuration&, const Configuration&) = default;
};

inline constexpr const char* kConfigurationKeys =
    "mode, chunk-tokens, overlap-tokens, fusion (calibrated or rrf), fusion-weight (of the lexical stage) and "
    "rerank-depth";

/// From "mode=hybrid,chunk-tokens=220,overlap-tokens=40,fusion-weight=0.4,rerank-depth=30", each key once, in any
/// order. "chunk-tokens=whole", "fusion=calibrated" and "fusion-weight=learnt" are what is taken without them.
/// @errors kInvalidArgument: an unknown key or mode, a number out of its range, a key twice, one that its mode ignores
base::Result<Configuration> parse_configuration(std::string_view text);

/// That parse_configuration reads again; what the mode ignores and what is as it is without being named is left out.
std::string to_string(const Configuration& configuration);

/// @errors kInvalidArgument: out of range, or an overlap of more than half of the chunk
base::Status check(const Configuration& configuration);

}  // namespace groundwork::search
