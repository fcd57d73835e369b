#include "score/judge.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/hash.h"
#include "base/random.h"
#include "base/utf8.h"
#include "score/judge_parts.h"

namespace groundwork::score {
namespace {

namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;
using detail::ask;
using detail::fenced;
using detail::form_of;
using detail::only_members;
using detail::only_object;
using detail::rules_of;
using detail::sections;

Result<Choice> ask_order(const JudgeChat& chat, const Rubric& rubric, const Judged& context, std::string_view a,
                         std::string_view b, Preference& outcome) {
  const std::array<std::string_view, 4> texts = {context.question, context.reference, a, b};
  const std::string token = fence_token(rubric.seed, texts);
  const JudgeRequest request{
      {{JudgeMessage::Role::kSystem,
        rules_of(token, "{\"winner\": \"A\", \"B\" or \"tie\", \"reason\": \"one sentence\"}.") +
            "\nWhat counts: " + rubric.criteria},
       {JudgeMessage::Role::kUser, sections(context, token) + fenced("answer A", a, token) +
                                       fenced("answer B", b, token) + "Which answer is better?"}},
      form_of("winner", {"A", "B", "tie"}),
      rubric.seed};
  return ask(chat, request, rubric.tries, parse_choice, outcome);
}

/// Of the first answer.
double value_of(Winner winner) {
  switch (winner) {
    case Winner::kFirst:
      return 1;
    case Winner::kSecond:
      return 0;
    case Winner::kTie:
      return 0.5;
  }
  return 0;
}

}  // namespace

std::string fence_token(std::uint64_t seed, std::span<const std::string_view> texts) {
  // Drawn from the texts too: who writes one doesn't know the others, and the same call gives the same prompt.
  std::string all;
  for (const std::string_view text : texts) {
    all += text;
    all += '\0';
  }
  base::Random random(seed ^ base::stable_hash64(all));
  while (true) {
    char token[33];
    std::snprintf(token, sizeof token, "%016llx%016llx", static_cast<unsigned long long>(random.next()),
                  static_cast<unsigned long long>(random.next()));
    const std::string made = std::string(token).substr(0, 24);
    if (all.find(made) == std::string::npos) return made;
  }
}

Result<Grade> parse_grade(std::string_view text, std::size_t levels) {
  GW_TRY(const json::object object, only_object(text));
  GW_CHECK_OK(only_members(object, "grade"));
  GW_TRY(const std::int64_t number, base::get_int(object, "grade", "verdict"));
  if (number < 1 || number > static_cast<std::int64_t>(levels)) {
    return make_error(Code::kInvalidArgument,
                      "expected a grade from 1 to " + std::to_string(levels) + ", found " + std::to_string(number));
  }
  Grade made;
  made.grade = static_cast<std::size_t>(number);
  GW_TRY(made.reason, base::get_string(object, "reason", "verdict"));
  return made;
}

Result<Choice> parse_choice(std::string_view text) {
  GW_TRY(const json::object object, only_object(text));
  GW_CHECK_OK(only_members(object, "winner"));
  GW_TRY(const std::string winner, base::get_string(object, "winner", "verdict"));
  Choice made;
  if (winner == "A") {
    made.winner = Winner::kFirst;
  } else if (winner == "B") {
    made.winner = Winner::kSecond;
  } else if (winner != "tie") {
    return make_error(Code::kInvalidArgument,
                      "expected winner 'A', 'B' or 'tie', found '" + base::clip(winner, 40) + "'");
  }
  GW_TRY(made.reason, base::get_string(object, "reason", "verdict"));
  return made;
}

Verdict grade(const JudgeChat& chat, const Rubric& rubric, const Judged& judged) {
  const std::size_t levels = std::clamp<std::size_t>(rubric.levels, 2, 10);
  const std::array<std::string_view, 3> texts = {judged.question, judged.reference, judged.answer};
  const std::string token = fence_token(rubric.seed, texts);
  const std::string form =
      "{\"grade\": an integer from 1 (worst) to " + std::to_string(levels) + " (best), \"reason\": \"one sentence\"}.";
  json::array grades;
  for (std::size_t i = 1; i <= levels; ++i) grades.emplace_back(i);
  const JudgeRequest request{
      {{JudgeMessage::Role::kSystem, rules_of(token, form) + "\nWhat counts: " + rubric.criteria},
       {JudgeMessage::Role::kUser,
        sections(judged, token) + fenced("answer", judged.answer, token) + "Grade the answer."}},
      form_of("grade", std::move(grades)),
      rubric.seed};
  Verdict verdict;
  auto read = ask(
      chat, request, rubric.tries, [&](std::string_view text) { return parse_grade(text, levels); }, verdict);
  if (!read.ok()) {
    verdict.failed = true;
    verdict.reason = read.error().message;
    return verdict;
  }
  verdict.grade = read->grade;
  verdict.value = static_cast<double>(read->grade - 1) / static_cast<double>(levels - 1);
  verdict.reason = std::move(read->reason);
  return verdict;
}

Preference prefer(const JudgeChat& chat, const Rubric& rubric, const Judged& first, std::string_view second) {
  Preference made;
  const auto as_given = ask_order(chat, rubric, first, first.answer, second, made);
  const auto swapped = ask_order(chat, rubric, first, second, first.answer, made);
  if (!as_given.ok() || !swapped.ok()) {
    made.failed = true;
    made.reason = as_given.ok() ? swapped.error().message : as_given.error().message;
    return made;
  }
  const double one = value_of(as_given->winner);
  const double other = 1 - value_of(swapped->winner);
  made.consistent = one == other;
  made.value = made.consistent ? one : 0.5;
  made.grade = made.value == 1 ? 3 : made.value == 0 ? 1 : 2;
  made.reason = made.consistent ? as_given->reason : "the order of the answers decided";
  return made;
}

JudgedMean mean_of(std::span<const Verdict> verdicts) {
  JudgedMean made;
  for (const Verdict& one : verdicts) {
    ++made.asked;
    made.failed += one.failed ? 1 : 0;
    made.mean += one.failed ? 0 : one.value;
  }
  if (made.asked > 0) made.mean /= static_cast<double>(made.asked);
  return made;
}

}  // namespace groundwork::score
