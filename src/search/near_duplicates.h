#pragma once

// Documents that say nearly the same. In scope: finding them among many without comparing each with each. Not in scope:
// which of them is worth keeping: it is the first.

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace groundwork::search {

struct DuplicateOptions {
  double threshold = 0.9;  ///< of the similarity, from 0.5 to 1
  std::uint64_t seed = 1;  ///< of the hash functions
  std::size_t tried = 50;  ///< with how many kept documents one is compared at most, those most like it first
};

/// A document that is left out, and the kept one before it that it is like.
struct Duplicate {
  std::size_t document = 0;
  std::size_t of = 0;
  double similarity = 0;  ///< exact, at least the threshold
  friend bool operator==(const Duplicate&, const Duplicate&) = default;
};

/// The hashes of the text's shingles, ascending, each once: every three words in a row, in lower case without
/// punctuation. A text of fewer words is one shingle; one without words has none. A character of a script that is
/// written without blanks (Han, kana, Thai) is a word.
std::vector<std::uint64_t> shingles_of(std::string_view text);

/// Shared / all of two sets of shingles; 0 when both are empty. @source Jaccard 1901
double jaccard(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b);

/// The documents that are at least as similar as the threshold to one before them that is kept, in ascending order.
/// Each pair is compared exactly, so no other document is named; of pairs at the threshold itself fewer than one in a
/// thousand is missed, of more similar ones fewer. Memory: at most 1,024 bytes a document and the shingles of two.
/// Time is linear in the documents, unless more than `tried` are alike and none is a duplicate.
/// @param text  the text of a document, asked for more than once
/// @errors kInvalidArgument: the threshold; kCancelled; those of `text`
/// @source Broder 1997, "On the resemblance and containment of documents"; Indyk and Motwani 1998
using TextOf = std::function<base::Result<std::string>(std::size_t document)>;
using DuplicateProgress = std::function<void(std::size_t done, std::size_t total)>;
base::Result<std::vector<Duplicate>> near_duplicates(std::size_t documents, const TextOf& text,
                                                     const DuplicateOptions& options = {},
                                                     const DuplicateProgress& progress = {}, std::stop_token stop = {});

}  // namespace groundwork::search
