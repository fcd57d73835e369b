#pragma once

// Search and answers as the API gives them: the library's index, kept up to date, and the reference services' own.

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "api/background.h"
#include "curriculum/library.h"
#include "model/cached_embedder.h"
#include "model/chat.h"
#include "model/local_embedder.h"
#include "search/index.h"
#include "search/index_writer.h"
#include "search/searcher.h"
#include "tutor/tutor.h"

namespace groundwork::api {

/// Opens the model and indexes the library in the background; until then requests get kUnavailable with how far it is.
/// Thread-safe.
class Assistant {
 public:
  /// @param models  the folder that holds all-MiniLM-L6-v2
  /// @param cache   for the library's index, which can be made again
  /// @param data    for the reference services' index, which can't
  /// @param generator  words answers; must outlive this object. nullptr: they are sentences of the documents
  Assistant(const curriculum::Library& library, std::filesystem::path models, std::filesystem::path cache,
            std::filesystem::path data, model::ChatModel* generator);
  ~Assistant();

  /// The library's index as it is now. @errors kUnavailable: not ready, and why
  base::Result<std::shared_ptr<const search::Snapshot>> library();
  /// Vectors of what the library says; nullptr until they are made, after the index.
  std::shared_ptr<const tutor::TextVectors> library_vectors() const;
  /// The reference services' index, empty at first. @errors kUnavailable
  base::Result<std::shared_ptr<const search::Snapshot>> reference();

  struct Refused {
    std::size_t index = 0;  ///< in what was given
    base::Error error;
  };
  /// Adds or replaces; those that are refused do not keep the others from being added.
  /// @errors kUnavailable; those of IndexWriter::commit, and then nothing has changed
  base::Result<std::vector<Refused>> add_reference(std::vector<search::Document> documents);

  /// Only after library() or reference() succeeded.
  model::LocalEmbedder& embedder() { return *embedder_; }
  /// The same for answers: it has read the passages that earlier ones were about. Only after the same.
  model::Embedder& reader() { return *reader_; }
  model::ChatModel* generator() { return generator_; }
  /// For answers that are streamed.
  Background& background() { return background_; }

 private:
  void prepare(const std::stop_token& stop);
  base::Status prepare_once(const std::stop_token& stop);
  /// Once answers can be given: what makes them quick. Without it they are the same.
  void read_library(const std::stop_token& stop);
  base::Status ready() const;
  void set_state(std::string text);

  const curriculum::Library* content_;
  std::filesystem::path models_;
  std::filesystem::path cache_;
  std::filesystem::path data_;
  model::ChatModel* generator_;
  mutable std::mutex mutex_;
  std::string state_ = "the model is being loaded";  ///< guarded by mutex_
  std::atomic<bool> ready_ = false;
  std::unique_ptr<model::LocalEmbedder> embedder_;
  std::unique_ptr<model::CachedEmbedder> reader_;
  std::filesystem::path library_folder_;               ///< for the thread that prepares
  std::shared_ptr<const search::Snapshot> library_;    ///< guarded by mutex_
  std::shared_ptr<const tutor::TextVectors> vectors_;  ///< guarded by mutex_
  std::mutex reference_mutex_;                         ///< one writer
  std::unique_ptr<search::Index> reference_;
  std::jthread preparing_;
  Background background_{4};  ///< last: what runs there uses the rest
};

}  // namespace groundwork::api
