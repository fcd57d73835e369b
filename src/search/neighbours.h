#pragma once

// Words that stand together in a text as they do in a query. In scope: texts at hand. Not in scope: an index's
// postings.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace groundwork::search {

/// For each text: the sum over the query's pairs of consecutive words, stop words left out, of w n / (n + 1). The pair
/// stands n times in the text, its second word as far behind the first as in the query; w is the inverse document
/// frequency of the pair among the texts. Words are compared as Analyzer makes them. 0 or more; unitless, comparable
/// within one call only.
/// @source Metzler and Croft 2005, "A Markov Random Field Model for Term Dependencies", the sequential dependence:
/// pairs of consecutive words and no others
std::vector<double> neighbour_scores(std::string_view query, std::span<const std::string> texts);

}  // namespace groundwork::search
