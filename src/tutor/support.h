#pragma once

// Whether a sentence says no more than the text it cites. In scope: words, numbers, names and meaning, compared. Not in
// scope: whether the cited text is true.

#include <string>
#include <string_view>
#include <vector>

#include "tutor/answer.h"

namespace groundwork::tutor {

struct Support {
  Verdict verdict = Verdict::kUnsupported;
  double words = 0;                  ///< share of the sentence's distinct words that the evidence has
  double similarity = 0;             ///< cosine of their vectors; 1 where none were given
  std::vector<std::string> missing;  ///< numbers and names of the sentence that are not in the evidence
};

/// @param similarity  of the two texts' vectors, if they were computed
/// The thresholds: every number and name of the sentence must be in the evidence; supported at 0.6 of the words and a
/// cosine of 0.6, partly at 0.3 and 0.4.
Support check_support(std::string_view sentence, std::string_view evidence, double similarity = 1);

}  // namespace groundwork::tutor
