#pragma once

#include <cstdint>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "measure/dataset.h"
#include "schema/document.h"

namespace groundwork::measure {

/// Documents and queries that nobody has seen before: drawn from a template by a seed, so that a service can't be built
/// to the examples.
struct HiddenSet {
  std::vector<base::json::object> documents;
  std::vector<Case> cases;
};

/// The template:
///
///   id: "hidden-{n}"                  the same ids whatever the seed: a later run replaces an earlier one's documents
///   slots:
///     cause:                          each document draws one value of each slot
///       - {say: ran out of file descriptors, ask: had too many open files}
///     year: [2023, 2024]              a plain value says and asks the same
///   document: {title: "...{cause}", text: "...", metadata: {year: "{year}"}}
///   queries:                          {cause} as documents say it, {cause.ask} in other words
///     - {query: "why was there {cause.ask}", filters: {year: "{year}"}}
///
/// A query is made for a drawn document, and relevant to it is every document that has the same value in each slot
/// which the query's text names and meets its filters. A text that is one placeholder keeps its value's type.
/// @errors kInvalidArgument with file:line:column: a missing part, an unknown slot, fewer combinations than documents
base::Result<HiddenSet> draw_hidden(const schema::Document& from, std::size_t documents, std::size_t cases,
                                    std::uint64_t seed);

}  // namespace groundwork::measure
