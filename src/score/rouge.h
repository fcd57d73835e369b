#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "score/score.h"

namespace groundwork::score {

enum class Stemming { kNone, kPorter };

/// Runs of ASCII letters and digits in lower case; with a stemmer, those of more than three are stemmed.
std::vector<std::string> rouge_tokens(std::string_view text, Stemming stemming);

/// ROUGE-L: the longest common subsequence of words, divided by the prediction's words (precision) and by the
/// reference's (recall); of the reference with the best F, the first among equals. All 0 where a side has no word.
/// Takes time in proportion to the product of both lengths.
/// @source  Lin 2004, "ROUGE: A Package for Automatic Evaluation of Summaries", section 3.1, with F at beta 1; equals
/// the
///          PyPI package rouge-score 0.1.2 (`rougeL`, score_multi), whose stemmer is NLTK's Porter
Overlap rouge_l(std::string_view prediction, std::span<const std::string> references,
                Stemming stemming = Stemming::kNone);

/// ROUGE-N: n-grams that both have, as often as both have them. n from 1 to 9. @source Lin 2004, section 2
Overlap rouge_n(std::string_view prediction, std::span<const std::string> references, std::size_t n,
                Stemming stemming = Stemming::kNone);

/// The stem of a word in lower case, ASCII letters and digits.
/// @source  Porter 1980, "An algorithm for suffix stripping", Program 14(3), with Porter's later changes and NLTK's
///          (PorterStemmer, mode NLTK_EXTENSIONS)
std::string porter_stem(std::string word);

}  // namespace groundwork::score
