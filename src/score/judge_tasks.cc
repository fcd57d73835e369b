#include "score/judge_tasks.h"

#include <array>

#include "score/grounding.h"
#include "score/judge_parts.h"

namespace groundwork::score {
namespace {

namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;

constexpr std::string_view kCategories = "ABCDE";

Result<char> parse_category(std::string_view text) {
  GW_TRY(const json::object object, detail::only_object(text));
  GW_CHECK_OK(detail::only_members(object, "category"));
  GW_TRY(const std::string category, base::get_string(object, "category", "verdict"));
  GW_TRY(const std::string reason, base::get_string(object, "reason", "verdict"));
  if (category.size() != 1 || kCategories.find(category) == std::string_view::npos) {
    return make_error(Code::kInvalidArgument,
                      "expected a category from A to E, found '" + category.substr(0, 40) + "'");
  }
  return category[0];
}

struct AskedBack {
  std::string question;
  bool evasive = false;
};

Result<AskedBack> parse_question(std::string_view text) {
  GW_TRY(const json::object object, detail::only_object(text));
  AskedBack out;
  GW_TRY(out.question, base::get_string(object, "question", "verdict"));
  GW_TRY(out.evasive, base::get_bool(object, "evasive", "verdict"));
  if (out.question.empty() && !out.evasive) return make_error(Code::kInvalidArgument, "expected a question");
  return out;
}

}  // namespace

Verdict factuality(const JudgeChat& chat, const Judged& judged, std::size_t tries, std::uint64_t seed) {
  const std::array<std::string_view, 3> texts = {judged.question, judged.reference, judged.answer};
  const std::string token = fence_token(seed, texts);
  const JudgeRequest request{
      {{JudgeMessage::Role::kSystem,
        detail::rules_of(token, "{\"category\": \"A\", \"B\", \"C\", \"D\" or \"E\", \"reason\": \"one sentence\"}.") +
            "\nWhat counts: compare the facts of the answer with those of the reference answer; differences of style, "
            "grammar and punctuation don't count. A: the answer's facts are a subset of the reference's and agree with "
            "it. B: a superset, and agree with it. C: the same. D: they disagree. E: they differ, but the differences "
            "don't matter for being right."},
       {JudgeMessage::Role::kUser,
        detail::sections(judged, token) + detail::fenced("answer", judged.answer, token) + "Which category is it?"}},
      detail::form_of("category", {"A", "B", "C", "D", "E"}),
      seed};
  Verdict out;
  const auto category = detail::ask(chat, request, tries, parse_category, out);
  if (!category.ok()) {
    out.failed = true;
    out.reason = category.error().message;
    return out;
  }
  out.value = *category == 'D' ? 0 : 1;
  out.grade = *category == 'D' ? 1 : 2;
  out.reason = std::string("category ") + *category;
  return out;
}

Result<Verdict> asked_back(const JudgeChat& chat, model::Embedder& embedder, const std::string& question,
                           const std::string& answer, std::size_t tries, std::uint64_t seed) {
  const std::array<std::string_view, 1> texts = {answer};
  const std::string token = fence_token(seed, texts);
  const json::object text{{"type", "string"}, {"maxLength", 300}};
  const json::object form{
      {"type", "object"},
      {"properties", json::object{{"question", text}, {"evasive", json::object{{"type", "boolean"}}}}},
      {"required", json::array{"question", "evasive"}},
      {"additionalProperties", false}};
  JudgeRequest request{
      {{JudgeMessage::Role::kSystem,
        detail::rules_of(token, "{\"question\": \"text\", \"evasive\": true or false}.") +
            "\nWrite the question that the answer answers. It is evasive when it doesn't commit to an answer."},
       {JudgeMessage::Role::kUser, detail::fenced("answer", answer, token) + "Which question does it answer?"}},
      form,
      seed};
  Verdict out;
  for (std::size_t i = 0; i < kAskedBack; ++i) {
    request.seed = seed + i * tries;
    const auto asked = detail::ask(chat, request, tries, parse_question, out);
    if (!asked.ok()) {
      out.failed = true;
      out.value = 0;
      out.reason = asked.error().message;
      return out;
    }
    if (asked->evasive) continue;
    GW_TRY(const double near, answer_relevance(embedder, question, asked->question));
    out.value += near / static_cast<double>(kAskedBack);
  }
  return out;
}

}  // namespace groundwork::score
