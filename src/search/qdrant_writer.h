#pragma once

#include <set>
#include <variant>

#include "search/batch_writer.h"
#include "search/qdrant_collection.h"
#include "search/qdrant_points.h"

namespace groundwork::search::detail {

/// @copydoc qdrant_collection.h. The API must outlive it.
class QdrantWriter final : public BatchWriter {
 public:
  QdrantWriter(QdrantApi& api, QdrantCollectionOptions options, model::Embedder* embedder)
      : BatchWriter(embedder, embedder == nullptr ? 0 : embedder->dimensions()),
        api_(api),
        options_(std::move(options)),
        embedder_(embedder) {}
  /// A collection that was begun and not finished is deleted, as far as the server lets.
  ~QdrantWriter() override;

  /// @errors kFailedPrecondition: made with another model or version
  base::Status begin(Start start);

 private:
  using Batch = std::vector<Embedded>;
  using Removed = std::vector<std::string>;

  base::Status create();
  base::Status send(std::span<const Embedded> batch) override;
  base::Status drop(std::span<const std::string> ids) override;
  base::Status finish() override;

  base::Status write(std::span<const Embedded> batch);
  base::Status erase(std::span<const std::string> ids);
  base::Status send_waiting();
  /// Takes what is there of these documents out of the statistics.
  base::Status forget(std::span<const std::string> ids);
  base::Status index_numbers(const Document& document);
  base::Status check_count();
  base::Status reweigh();
  base::Status learn_trust();
  base::Status save();
  /// The collection that readers see; empty: there is none.
  base::Result<std::string> behind_alias();
  base::Status change_over();
  base::Status recount();
  /// Calls `use` with every document's point, by pages.
  template <typename Use>
  base::Status for_each_page(const base::json::array& fields, Use&& use);
  base::Status put_points(std::string_view path, std::span<const std::string> points);
  std::string at(std::string_view path) const { return "/collections/" + about_.collection + std::string(path); }

  QdrantApi& api_;
  QdrantCollectionOptions options_;
  model::Embedder* embedder_;
  QdrantAbout about_;
  bool anew_ = false;
  bool begun_ = false;  ///< a collection of ours that has no alias yet
  std::set<std::string> indexed_;
  std::vector<std::variant<Batch, Removed>> waiting_;  ///< in the order of calls; of an addition
};

}  // namespace groundwork::search::detail
