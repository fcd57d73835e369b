#pragma once

// How far the words and the meaning of a text can be trusted against each other. In scope: what documents and query
// tell about it by themselves. Not in scope: judgements; none are used.

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

/// The trust for one query: identifiers in it that are in documents lift the lexical stage by their share of the
/// query's weight, for who types a name looks for that name.
StageTrust trust_for(const LexicalQuery& query, const StageTrust& collection);

/// From how many documents the trust is learnt, at most.
inline constexpr std::size_t kTrustSampled = 200;

/// Of at most kTrustSampled documents that count, evenly spread; the same for the same segments.
/// @errors kDataLoss
base::Result<StageTrust> learn_trust(std::span<const LiveSegment> segments);

}  // namespace groundwork::search
