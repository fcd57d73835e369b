#pragma once

#include "search/collection_stages.h"
#include "search/pg_collection.h"
#include "search/pg_tables.h"

namespace groundwork::search::detail {

/// One query in a transaction of which every statement sees the same state. The connection, options and filter must
/// outlive it.
class PgStages final : public CollectionStages {
 public:
  PgStages(PgConnection& connection, const PgCollectionOptions& options, const Filter& filter)
      : connection_(connection), options_(options), tables_(schema_of(options.name)), filter_(filter) {}
  ~PgStages() override;

  /// @errors kNotFound: there is no such collection; kFailedPrecondition: of another version
  base::Status begin();
  const PgAbout& about() const { return about_; }

  StageTrust trust() const override { return {about_.lexical_trust}; }
  base::Result<LexicalQuery> read(std::string_view text) override;
  base::Result<std::size_t> allowed() override;
  base::Result<std::vector<Found>> lexical(const LexicalQuery& query, std::size_t k) override;
  base::Result<std::vector<Found>> dense(std::span<const float> vector, std::size_t k) override;
  base::Result<std::vector<float>> lexical_of(const LexicalQuery& query, Keys keys) override;
  base::Result<std::vector<float>> dense_of(std::span<const float> vector, Keys keys) override;
  base::Result<std::vector<Document>> documents(Keys keys, With with) override;
  base::Result<std::vector<std::vector<WordShare>>> words(const LexicalQuery& query, Keys keys) override;

 private:
  /// The parameters of one statement.
  class Parameters {
   public:
    std::string add(std::string value) {
      values_.push_back(std::move(value));
      return "$" + std::to_string(values_.size());
    }
    std::span<const std::string> values() const { return values_; }

   private:
    std::vector<std::string> values_;
  };

  static std::string range_sql(const Condition& condition, Parameters& parameters);
  /// The filter as a condition on the table d of documents.
  std::string where(Parameters& parameters) const;
  /// What each posting p of the query's terms gives: Bm25 of lexical_search.h.
  std::string term_score(const LexicalQuery& query, Parameters& parameters, const std::string& also = {}) const;
  base::Result<std::vector<Found>> nearest_exactly(std::span<const float> vector, std::size_t k);
  base::Result<std::vector<Found>> found(const std::string& sql, const Parameters& parameters);
  base::Result<std::vector<float>> scores_of(const std::string& sql, const Parameters& parameters, Keys keys);

  PgConnection& connection_;
  const PgCollectionOptions& options_;
  PgTables tables_;
  const Filter& filter_;
  PgAbout about_;
  std::size_t allowed_ = 0;
  bool open_ = false;
};

}  // namespace groundwork::search::detail
