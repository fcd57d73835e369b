#pragma once

// How far the words and the meaning of a text can be trusted against each other. In scope: what documents and query
// tell about it by themselves. Not in scope: judgements; none are used.

#include <optional>
#include <span>
#include <string_view>

#include "search/fusion.h"
#include "search/index.h"
#include "search/query.h"

namespace groundwork::search {

/// The share of brackets, operators and underscores among these and ASCII letters: below 0.05 in prose, above 0.10 in
/// code. 0 of a text without either.
double symbol_share(std::string_view text);

/// The trust for a collection whose documents have these shares of symbols; the median counts. Code shares few words
/// with a question about it, so there the dense stage weighs more.
StageTrust trust_of_collection(std::span<const double> symbol_shares);

/// How many of the best documents by words tell how much of a query they cover.
inline constexpr std::size_t kCoverageDepth = 3;

/// The share of the query's weight, words that are in no document included, that the best documents by words have: the
/// mean over them, 0 to 1; 0 of none.
/// @param documents  in the index
/// @param scores  a row for each of the best, a column for each of the query's terms (term_scores)
double covered_share(const LexicalQuery& query, std::size_t documents, std::span<const float> scores);

/// Whether the trust for a query goes by its coverage: the collection is code, in part at least.
bool goes_by_coverage(const StageTrust& collection);

/// The trust for one query. In code the lexical stage counts less where even its best documents have little of the
/// query, more where they have much. Identifiers in the query that are in documents lift it by their share of the
/// query's weight, for who types a name looks for that name.
/// @param covered  covered_share; nullopt: not known
StageTrust trust_for(const LexicalQuery& query, const StageTrust& collection, std::optional<double> covered);

/// From how many documents the trust is learnt, at most.
inline constexpr std::size_t kTrustSampled = 200;

/// Of at most kTrustSampled documents that count, evenly spread; the same for the same segments.
/// @errors kDataLoss
base::Result<StageTrust> learn_trust(std::span<const LiveSegment> segments);

}  // namespace groundwork::search
