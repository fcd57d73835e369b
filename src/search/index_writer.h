#pragma once

// An index folder as it is changed. In scope: adding, replacing and deleting documents, whole or not at all.

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/file.h"
#include "model/embedder.h"
#include "search/index.h"
#include "search/waiting_documents.h"

namespace groundwork::search {

struct WriterOptions {
  std::uint32_t title_weight = 2;       ///< only of an index that is begun
  model::Embedder* embedder = nullptr;  ///< nullptr: no vectors, and no dense search
  std::size_t rows_a_segment = 131'072;
  /// A segment with fewer has no graph of its vectors: a scan of 8,192 takes 0.6 ms.
  std::size_t rows_for_graph = 8'192;
  HnswOptions graph;
  std::size_t segments_at_most = 8;  ///< when a commit leaves more, the smallest are merged
};

/// One writer at a time has an index (a lock tells); readers go on. What is not committed when the object goes, or when
/// the machine does, never was. For one thread.
class IndexWriter {
 public:
  /// Opens the index in the folder, or begins one.
  /// @errors kUnavailable: another writer has it; kFailedPrecondition: made with another embedder or version; kDataLoss
  static base::Result<std::unique_ptr<IndexWriter>> open(const std::filesystem::path& folder,
                                                         const WriterOptions& options);

  /// The same, but what is there goes with the first commit, whatever it is.
  static base::Result<std::unique_ptr<IndexWriter>> begin_anew(const std::filesystem::path& folder,
                                                               const WriterOptions& options);

  /// Adds the document, in place of one with the same id from an earlier commit.
  /// @errors kInvalidArgument: an id that is empty or too long, text that is not UTF-8; kAlreadyExists: the id was
  /// added
  ///         since the last commit. The documents added before are not touched.
  base::Status add(Document document);

  /// Whether there was such a document, committed or waiting.
  bool remove(std::string_view id);

  /// The steps that are done and that there are: one for each waiting document, to embed it, and one more where it
  /// becomes a node of a graph.
  using Progress = std::function<void(std::size_t done, std::size_t total)>;

  /// @errors those of the embedder and of files; kCancelled. Then nothing has changed, and the documents still wait.
  base::Status commit(const Progress& progress = {}, std::stop_token stop = {});

  /// What is learnt from the documents as a whole; written by the next commit.
  void set_property(std::string_view name, base::json::value value) { manifest_.properties[name] = std::move(value); }

  /// In the order of adding; the reference holds until the next change.
  const std::vector<Document>& waiting() { return waiting_.all(); }
  std::size_t waiting_count() const { return waiting_.size(); }
  const Manifest& manifest() const { return manifest_; }

 private:
  /// A segment of the last commit, and what was deleted since.
  struct Kept {
    std::shared_ptr<const Segment> segment;
    ManifestSegment entry;
    Bitmap live;
    bool changed = false;
  };

  IndexWriter(std::filesystem::path folder, const WriterOptions& options)
      : folder_(std::move(folder)), options_(options) {}
  static base::Result<std::unique_ptr<IndexWriter>> locked(const std::filesystem::path& folder,
                                                           const WriterOptions& options);
  void start_empty();
  base::Status keep(const Manifest& manifest);
  void remove_leftovers() const;

  base::Result<Manifest> write(const Progress& progress, const std::stop_token& stop);
  base::Result<std::vector<Kept>> write_waiting(const std::vector<Document>& waiting, Manifest& next,
                                                const Progress& progress, const std::stop_token& stop) const;
  bool gets_graph(std::size_t rows, const Manifest& next) const {
    return next.dimensions > 0 && rows > 0 && rows >= options_.rows_for_graph;
  }
  base::Result<Kept> write_segment(SegmentBuilder builder, Manifest& next, const GraphProgress& progress,
                                   const std::stop_token& stop) const;
  base::Status merge_smallest(std::vector<Kept>& segments, Manifest& next, const std::stop_token& stop) const;
  base::Status learn(const std::vector<Kept>& segments, Manifest& next) const;
  base::Status write_deleted(Kept& segment, Manifest& next) const;

  std::filesystem::path folder_;
  WriterOptions options_;
  base::UniqueFd lock_;
  Manifest manifest_;
  std::vector<Kept> kept_;
  WaitingDocuments waiting_;
};

/// What the embedder gets of a document: the title, a line break, the text.
std::string embedded_text(const Document& document);

}  // namespace groundwork::search
