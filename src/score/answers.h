#pragma once

// An answer in words, compared with the answers that are right.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "model/embedder.h"
#include "schema/pattern.h"
#include "schema/validator.h"
#include "score/score.h"

namespace groundwork::score {

/// Lower case, without ASCII punctuation, without the articles a, an and the, white space as single blanks.
/// @source  Rajpurkar et al. 2016, "SQuAD: 100,000+ Questions for Machine Comprehension of Text", evaluate-v1.1.py,
///          normalize_answer
std::string squad_normalised(std::string_view text);

/// 1 when the bytes are the same as those of a reference, else 0.
double exact_match(std::string_view prediction, std::span<const std::string> references);
/// The same after squad_normalised.
double squad_exact_match(std::string_view prediction, std::span<const std::string> references);

/// The words that both have, as often as both have them, after squad_normalised; of the reference with the best F.
/// All 0 when they share none, all 1 when both have no word at all.
/// @source  SQuAD's f1_score. @deviation two texts without a word agree, as in evaluate-v2.0.py; v1.1 gives 0
Overlap token_f1(std::string_view prediction, std::span<const std::string> references);

enum class Letters { kExact, kFolded };  ///< folded: compared in lower case

/// What promptfoo calls contains, icontains, starts-with, equals ...
enum class Containment { kContains, kStartsWith, kEndsWith, kEquals };
/// Whether the prediction contains (starts with ...) the text. Every text contains the empty one.
bool holds(std::string_view prediction, std::string_view text, Containment how, Letters letters);

/// Whether a pattern (ECMA-262's syntax as schema/pattern.h reads it) matches somewhere in the prediction. Linear time.
inline bool matches(const schema::Pattern& pattern, std::string_view prediction) { return pattern.matches(prediction); }

/// 1 when the prediction is one JSON text that the schema allows, else 0 with the first violation. A prediction over
/// 16 MiB or 64 deep is no JSON.
Score json_schema(const schema::Validator& validator, std::string_view prediction);
/// 1 when the prediction is one JSON text (which, if a reference is given, equals it: keys in any order, 1 equals 1.0).
Score json_equal(std::string_view prediction, const base::json::value& reference);

/// Cosine of the vectors of both texts, of the nearest reference; in [-1, 1], in practice above -0.2. Comparable only
/// within one model.
/// @errors those of the embedder; kInvalidArgument: no reference
base::Result<double> semantic_similarity(model::Embedder& embedder, std::string_view prediction,
                                         std::span<const std::string> references);
/// Of two vectors of one length; 0 where one is all zero.
double cosine(std::span<const float> a, std::span<const float> b);

}  // namespace groundwork::score
