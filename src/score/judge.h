#pragma once

// A metric that a language model grades. What is judged is data: it stands between fences that it can't know, and a
// verdict counts only if it is exactly what was asked for.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "score/score.h"

namespace groundwork::score {

struct JudgeMessage {
  enum class Role { kSystem, kUser };
  Role role = Role::kUser;
  std::string content;
};

/// What a model said, and what it cost.
struct JudgeAnswer {
  std::string text;
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
};

/// What a model is asked once.
struct JudgeRequest {
  std::vector<JudgeMessage> messages;
  base::json::value form;  ///< JSON Schema of the verdict, for models that can be held to one; read strictly anyway
  std::uint64_t seed = 1;  ///< differs from try to try, so that a model at a temperature above 0 may do better
};
/// Thread-safe.
using JudgeChat = std::function<base::Result<JudgeAnswer>(const JudgeRequest&)>;

/// What is judged, and by what.
struct Rubric {
  std::string criteria;    ///< by which an answer is graded, as its author wrote it; trusted
  std::size_t levels = 5;  ///< grades go from 1 (worst) to this; from 2 to 10
  std::size_t tries = 3;   ///< for a verdict that can be read; at least 1
  std::uint64_t seed = 1;  ///< of the fences
};

/// The parts that are shown to the judge. Untrusted, all of them.
struct Judged {
  std::string question;   ///< may be empty
  std::string reference;  ///< may be empty
  std::string answer;
};

struct Verdict : Judging {
  double value = 0;    ///< (grade - 1) / (levels - 1), in [0, 1]; 0 when failed
  std::string reason;  ///< the judge's, or why it failed
};

/// One answer, graded. Tries end early when the judge doesn't answer in time or is cancelled: waiting again cures
/// neither.
Verdict grade(const JudgeChat& chat, const Rubric& rubric, const Judged& judged);

/// Failed when either order gave no verdict. Grade 3: the first answer preferred in both orders; 2: tied, or the order
/// decided; 1: the other preferred.
struct Preference : Judging {
  double value = 0;         ///< 1, 0.5, 0 likewise; 0 when failed
  bool consistent = false;  ///< both orders gave the same
  std::string reason;
};
inline constexpr std::size_t kPreferenceLevels = 3;

/// Two answers to one question, asked twice with their places swapped, because judges prefer a place.
/// @source Zheng et al. 2023, "Judging LLM-as-a-Judge with MT-Bench and Chatbot Arena" (arXiv:2306.05685), section 3.4
Preference prefer(const JudgeChat& chat, const Rubric& rubric, const Judged& first, std::string_view second);

/// The mean over all that was asked for, failed ones as 0, with how many failed.
struct JudgedMean {
  double mean = 0;
  std::size_t asked = 0;
  std::size_t failed = 0;
};
JudgedMean mean_of(std::span<const Verdict> verdicts);

/// A text between two lines that name the token, which is drawn anew until the text does not contain it.
/// @return the token, 24 hexadecimal digits
std::string fence_token(std::uint64_t seed, std::span<const std::string_view> texts);

/// The verdict in a model's answer: exactly one JSON object, alone or in one code block, with exactly the members
/// "grade" (an integer from 1 to levels) and "reason" (a string), in any order.
/// @errors kInvalidArgument: anything else
struct Grade {
  std::size_t grade = 0;
  std::string reason;
};
base::Result<Grade> parse_grade(std::string_view text, std::size_t levels);

enum class Winner { kFirst, kSecond, kTie };
struct Choice {
  Winner winner = Winner::kTie;
  std::string reason;
};
/// Likewise with "winner" ("A", "B" or "tie") and "reason".
base::Result<Choice> parse_choice(std::string_view text);

}  // namespace groundwork::score
