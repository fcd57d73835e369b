#pragma once

// What the commands that search have in common: models, indexes, filters from the command line.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/context.h"
#include "model/local_embedder.h"
#include "search/collection.h"
#include "search/ingest.h"
#include "search/searcher.h"

namespace groundwork::cli {

inline constexpr const char* kEmbedderName = "all-MiniLM-L6-v2";

/// The sentence encoder that ./up fetched. @errors kNotFound with what to do; kDataLoss: damaged
base::Result<std::unique_ptr<model::LocalEmbedder>> open_embedder(const Context& context);

/// A sentence encoder or a static model.
struct AnyEmbedder {
  std::unique_ptr<model::Embedder> embedder;
  const text::WordPiece* tokenizer = nullptr;     ///< the embedder's
  const model::LocalEmbedder* encoder = nullptr;  ///< the embedder, if it is one
  std::filesystem::path folder;
};
/// @param model  the name of a folder of models_folder(), or a folder
/// @errors as open_embedder
base::Result<AnyEmbedder> open_any_embedder(const Context& context, const std::string& model);

/// Chunks are counted in the tokens of the tokenizer; nullptr: in words.
search::IngestOptions ingest_options(const Context& context, const text::WordPiece* tokenizer);

/// What search in an index needs: the model that made its vectors, and one that reranks.
struct IndexModels {
  std::unique_ptr<model::Embedder> embedder;
  std::unique_ptr<model::Reranker> reranker;
};
/// @errors kNotFound, naming the model: what made the vectors is not there; kFailedPrecondition: another is
base::Result<IndexModels> open_models_of(const Context& context, const search::Manifest& manifest);

/// An index and the model that its vectors need.
struct OpenIndex {
  std::unique_ptr<search::Index> index;
  std::unique_ptr<model::Embedder> embedder;  ///< null: the index has no vectors
  std::unique_ptr<model::Reranker> reranker;  ///< null likewise

  search::Searcher searcher() const { return {index->snapshot(), embedder.get(), reranker.get()}; }
};
/// @errors those of the index and of open_models_of
base::Result<OpenIndex> open_index(const Context& context, const std::string& path);

base::Result<search::Filter> filter_of(const std::vector<std::string>& conditions);

/// The start of a text, white space as single blanks; at most `bytes` and an ellipsis.
std::string one_line(const std::string& text, std::size_t bytes);

/// A document that says nearly the same as one before it that was kept.
struct LeftOut {
  std::string id;
  std::string of;
  double similarity = 0;
};
base::json::array to_json(const std::vector<LeftOut>& duplicates);

/// What was added and what was left out of an index.
struct Indexed {
  search::IngestReport report;
  std::vector<LeftOut> duplicates;
  std::size_t documents = 0;
  double seconds = 0;
};
/// Makes the index of a folder of documents or a BEIR corpus. `path`: as collection_location reads it.
/// @param start  kAdd: what is there stays, and documents of the same ids are replaced
/// @param embedder  as for open_any_embedder; empty: without vectors
/// @param duplicates  from which similarity on a document is left out that repeats one before it; none: all stay.
///                    Of an index folder only
base::Result<Indexed> make_index(const Context& context, const std::string& corpus, const std::string& path,
                                 const std::string& embedder, std::optional<double> duplicates = std::nullopt,
                                 search::Start start = search::Start::kAnew);

}  // namespace groundwork::cli
