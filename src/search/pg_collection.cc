#include "search/pg_collection.h"

#include "search/pg_stages.h"
#include "search/pg_writer.h"

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Result;

namespace {

constexpr std::size_t kIdleAtMost = 4;
/// Building an index over all vectors is one statement.
constexpr std::chrono::hours kWriting{12};

}  // namespace

Result<std::unique_ptr<PgConnection>> PgCollection::take() const {
  {
    const std::scoped_lock lock(mutex_);
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  return PgConnection::open(options_.connection);
}

void PgCollection::give_back(std::unique_ptr<PgConnection> connection) const {
  const std::scoped_lock lock(mutex_);
  if (connection->usable() && idle_.size() < kIdleAtMost) idle_.push_back(std::move(connection));
}

Result<CollectionResult> PgCollection::search(const SearchRequest& request, With with) const {
  GW_CHECK_OK(check_request(request));
  GW_TRY(auto connection, take());
  Result<CollectionResult> result;
  {
    detail::PgStages reading(*connection, options_, request.filter);
    GW_CHECK_OK(reading.begin());
    if (request.mode != Mode::kLexical)
      GW_CHECK_OK(check_same_model(reading.about().embedder, reading.about().dimensions, models_.embedder,
                                   connection->place()));
    if (request.mode == Mode::kRerank && models_.reranker == nullptr) {
      return make_error(Code::kFailedPrecondition, "mode rerank needs a reranker, and none is configured");
    }
    result = search_by_stages(reading, request, models_, with);
  }
  give_back(std::move(connection));
  return result;
}

Result<std::size_t> PgCollection::count(const Filter& filter) const {
  GW_TRY(auto connection, take());
  Result<std::size_t> count;
  {
    detail::PgStages reading(*connection, options_, filter);
    GW_CHECK_OK(reading.begin());
    count = reading.allowed();
  }
  give_back(std::move(connection));
  return count;
}

Result<std::unique_ptr<CollectionWriter>> PgCollection::write(Start start) {
  PgOptions connecting = options_.connection;
  connecting.statement = kWriting;
  GW_TRY(auto connection, PgConnection::open(connecting));
  auto writing = std::make_unique<detail::PgWriter>(std::move(connection), options_, models_.embedder);
  GW_CHECK_OK(writing->begin(start));
  return std::unique_ptr<CollectionWriter>(std::move(writing));
}

}  // namespace groundwork::search
