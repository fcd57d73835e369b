#pragma once

// What the commands that search have in common: models, indexes, filters from the command line.

#include <memory>
#include <string>
#include <vector>

#include "cli/context.h"
#include "model/local_embedder.h"
#include "search/ingest.h"
#include "search/searcher.h"

namespace groundwork::cli {

inline constexpr const char* kEmbedderName = "all-MiniLM-L6-v2";

/// The sentence encoder that ./up fetched. @errors kNotFound with what to do; kDataLoss: damaged
base::Result<std::unique_ptr<model::LocalEmbedder>> open_embedder(const Context& context);

/// Chunks are counted in its tokens.
search::IngestOptions ingest_options(const Context& context, const model::LocalEmbedder* embedder);

/// An index and the model that its vectors need.
struct OpenIndex {
  std::unique_ptr<search::Index> index;
  std::unique_ptr<model::LocalEmbedder> embedder;  ///< null: the index has no vectors
  std::unique_ptr<model::Reranker> reranker;       ///< null likewise

  search::Searcher searcher() const { return {index->snapshot(), embedder.get(), reranker.get()}; }
};
base::Result<OpenIndex> open_index(const Context& context, const std::string& path);

base::Result<search::Filter> filter_of(const std::vector<std::string>& conditions);

/// The start of a text, white space as single blanks; at most `bytes` and an ellipsis.
std::string one_line(const std::string& text, std::size_t bytes);

/// What was added and what was left out of an index.
struct Indexed {
  search::IngestReport report;
  std::size_t documents = 0;
  double seconds = 0;
};
/// Makes the index of a folder of documents or a BEIR corpus anew. `path`: as collection_location reads it.
base::Result<Indexed> make_index(const Context& context, const std::string& corpus, const std::string& path,
                                 bool vectors);

}  // namespace groundwork::cli
