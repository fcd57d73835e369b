#pragma once

// How a judge is asked and read; for the files of judging only.

#include <algorithm>
#include <string>
#include <string_view>

#include "score/judge.h"

namespace groundwork::score::detail {

/// The only JSON object of an answer; it may stand in one code block. @errors kInvalidArgument
base::Result<base::json::object> only_object(std::string_view text);
/// Whether the object has just `first` and "reason". @errors kInvalidArgument
base::Status only_members(const base::json::object& object, std::string_view first);

/// A text between two lines that name the token.
std::string fenced(std::string_view name, std::string_view text, std::string_view token);
/// What a judge is told first. @param form  of its reply
std::string rules_of(std::string_view token, std::string_view form);
/// Question and reference, fenced, where there are any.
std::string sections(const Judged& judged, std::string_view token);
/// The schema of {`first`: one of `values`, "reason": text}.
base::json::value form_of(std::string_view first, base::json::array values);

/// Asks until an answer can be read, and adds up what it took. Silence and cancellation end it at once.
template <typename Read>
auto ask(const JudgeChat& chat, JudgeRequest request, std::size_t tries, const Read& read, Judging& outcome)
    -> decltype(read(std::string_view())) {
  base::Error last = base::make_error(base::Code::kInvalidArgument, "the judge was not asked");
  const std::uint64_t seed = request.seed;
  for (std::size_t i = 0; i < std::max<std::size_t>(tries, 1); ++i) {
    ++outcome.tries;
    request.seed = seed + i;
    auto answer = chat(request);
    if (!answer.ok()) {
      last = std::move(answer).error();
      if (last.code == base::Code::kDeadlineExceeded || last.code == base::Code::kCancelled) break;
      continue;
    }
    outcome.prompt_tokens += answer->prompt_tokens;
    outcome.completion_tokens += answer->completion_tokens;
    auto verdict = read(answer->text);
    if (verdict.ok()) return verdict;
    last = std::move(verdict).error();
  }
  return last;
}

}  // namespace groundwork::score::detail
