#include "assess/grade.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <set>

#include "base/hash.h"
#include "base/utf8.h"

namespace groundwork::assess {
namespace {

using base::Code;
using base::Result;
using base::json::array;
using base::json::value;
using curriculum::Question;
using curriculum::QuestionKind;
using progress::Fraction;

base::Error expected(const Question& question, const std::string& what) {
  return base::make_error(Code::kInvalidArgument, "item " + question.id + ": expected " + what);
}

/// Trimmed, white space collapsed to one blank; lower case unless it matters.
std::string normalized(std::string_view text, bool keep_case) {
  std::string out;
  bool gap = false;
  for (const char raw : text) {
    const auto c = static_cast<unsigned char>(raw);
    if (std::isspace(c) != 0) {
      gap = !out.empty();
      continue;
    }
    if (gap) out += ' ';
    gap = false;
    out += keep_case ? raw : static_cast<char>(std::tolower(c));
  }
  return out;
}

/// Program output: line ends unified, white space at the ends of lines and empty lines at the end left out.
std::string trimmed_lines(std::string_view text) {
  std::string out;
  std::string line;
  const auto flush = [&] {
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r')) line.pop_back();
    out += line;
    line.clear();
  };
  for (const char c : text) {
    if (c == '\n') {
      flush();
      out += '\n';
    } else {
      line += c;
    }
  }
  flush();
  while (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

/// Finds which of `texts` a choice names, by id or exact text.
Result<std::size_t> find_choice(const Question& question, const value& named, const std::vector<std::string>& texts) {
  if (named.is_string()) {
    const std::string_view name = named.get_string();
    for (std::size_t i = 0; i < texts.size(); ++i) {
      if (name == choice_id(question, texts[i]) || name == texts[i]) return i;
    }
  }
  return expected(question,
                  "the id or the text of one of its choices, found " + base::clip(base::json::serialize(named), 80));
}

std::vector<std::string> option_texts(const Question& question) {
  std::vector<std::string> out;
  for (const curriculum::Option& option : question.options) out.push_back(option.text);
  return out;
}

Result<Graded> grade_single(const Question& question, const value& answer) {
  const std::vector<std::string> texts = option_texts(question);
  GW_TRY(const std::size_t chosen, find_choice(question, answer, texts));
  return Graded{Fraction{question.options[chosen].correct ? 1 : 0, 1}, value(choice_id(question, texts[chosen]))};
}

Result<Graded> grade_multiple(const Question& question, const value& answer) {
  if (!answer.is_array())
    return expected(question, "a list of choices, found " + std::string(base::json_type_name(answer)));
  const std::vector<std::string> texts = option_texts(question);
  std::set<std::size_t> chosen;
  for (const value& named : answer.get_array()) {
    GW_TRY(const std::size_t index, find_choice(question, named, texts));
    chosen.insert(index);
  }
  std::int64_t right = 0;
  std::int64_t total = 0;
  array ids;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const bool correct = question.options[i].correct;
    total += correct ? 1 : 0;
    if (chosen.count(i) == 0) continue;
    right += correct ? 1 : -1;
    ids.emplace_back(choice_id(question, texts[i]));
  }
  return Graded{Fraction{right, total}, std::move(ids)};
}

Result<Graded> grade_numeric(const Question& question, const value& answer) {
  double number = 0;
  if (answer.is_number()) {
    number = answer.to_number<double>();
  } else if (answer.is_string()) {
    const std::string text = normalized(answer.get_string(), true);
    const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
    const auto [end, failed] = std::from_chars(begin, text.data() + text.size(), number);
    if (failed != std::errc{} || end != text.data() + text.size()) {
      return expected(question, "a number such as 0.75 or 1e6, found '" + base::clip(text, 40) + "'");
    }
  } else {
    return expected(question, "a number, found " + std::string(base::json_type_name(answer)));
  }
  if (!std::isfinite(number)) return expected(question, "a finite number");
  // A little more than the tolerance, so that 0.3 is within 0.1 of 0.2 in binary too.
  const double slack = 1e-12 * std::max(std::abs(number), std::abs(question.number));
  const bool right = std::abs(number - question.number) <= question.tolerance + slack;
  return Graded{Fraction{right ? 1 : 0, 1}, value(number)};
}

Result<Graded> grade_text(const Question& question, const value& answer) {
  if (!answer.is_string()) return expected(question, "text, found " + std::string(base::json_type_name(answer)));
  const std::string_view text = answer.get_string();
  if (text.size() > 4000) return expected(question, "at most 4000 characters");
  const bool predict = question.kind == QuestionKind::kPredict;
  const auto form = [&](std::string_view raw) {
    return predict ? trimmed_lines(raw) : normalized(raw, question.case_sensitive);
  };
  const std::string given = form(text);
  const bool right = std::any_of(question.accept.begin(), question.accept.end(),
                                 [&](const std::string& a) { return form(a) == given; });
  return Graded{Fraction{right ? 1 : 0, 1}, value(predict ? trimmed_lines(text) : normalized(text, true))};
}

Result<Graded> grade_ordering(const Question& question, const value& answer) {
  const std::size_t count = question.steps.size();
  if (!answer.is_array() || answer.get_array().size() != count) {
    return expected(question, "a list of all " + std::to_string(count) + " steps in order");
  }
  std::vector<std::size_t> order;
  array ids;
  for (const value& named : answer.get_array()) {
    GW_TRY(const std::size_t index, find_choice(question, named, question.steps));
    if (std::find(order.begin(), order.end(), index) != order.end()) return expected(question, "each step once");
    order.push_back(index);
    ids.emplace_back(choice_id(question, question.steps[index]));
  }
  std::int64_t balance = 0;
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = i + 1; j < count; ++j) balance += order[i] < order[j] ? 1 : -1;
  }
  return Graded{Fraction{balance, static_cast<std::int64_t>(count * (count - 1) / 2)}, std::move(ids)};
}

Result<Graded> grade_matching(const Question& question, const value& answer) {
  if (!answer.is_object()) {
    return expected(
        question, "an object from left-hand to right-hand choices, found " + std::string(base::json_type_name(answer)));
  }
  std::vector<std::string> lefts;
  std::vector<std::string> rights;
  for (const curriculum::Pair& pair : question.pairs) {
    lefts.push_back(pair.left);
    rights.push_back(pair.right);
  }
  rights.insert(rights.end(), question.distractors.begin(), question.distractors.end());
  base::json::object ids;
  std::int64_t right = 0;
  for (const auto& entry : answer.get_object()) {
    GW_TRY(const std::size_t left, find_choice(question, value(entry.key()), lefts));
    GW_TRY(const std::size_t chosen, find_choice(question, entry.value(), rights));
    const std::string id = choice_id(question, lefts[left]);
    if (ids.contains(id)) return expected(question, "each left-hand entry once");
    right += chosen == left ? 1 : 0;
    ids[id] = choice_id(question, rights[chosen]);
  }
  return Graded{Fraction{right, static_cast<std::int64_t>(lefts.size())}, std::move(ids)};
}

}  // namespace

std::string choice_id(const Question& question, std::string_view text) {
  std::string key = question.id;
  key += '\0';
  key += text;
  return "c" + base::sha256_hex(key).substr(0, 10);
}

Result<Graded> grade(const Question& question, const value& answer) {
  switch (question.kind) {
    case QuestionKind::kSingle:
      return grade_single(question, answer);
    case QuestionKind::kMultiple:
      return grade_multiple(question, answer);
    case QuestionKind::kNumeric:
      return grade_numeric(question, answer);
    case QuestionKind::kShort:
    case QuestionKind::kPredict:
      return grade_text(question, answer);
    case QuestionKind::kOrdering:
      return grade_ordering(question, answer);
    case QuestionKind::kMatching:
      return grade_matching(question, answer);
  }
  return base::make_error(Code::kInternal, "item " + question.id + ": a kind without a grader");
}

value right_answer(const Question& question) {
  switch (question.kind) {
    case QuestionKind::kSingle:
      for (const curriculum::Option& option : question.options) {
        if (option.correct) return value(choice_id(question, option.text));
      }
      return nullptr;
    case QuestionKind::kMultiple: {
      array ids;
      for (const curriculum::Option& option : question.options) {
        if (option.correct) ids.emplace_back(choice_id(question, option.text));
      }
      return ids;
    }
    case QuestionKind::kNumeric:
      return value(question.number);
    case QuestionKind::kShort:
    case QuestionKind::kPredict:
      return value(question.accept.empty() ? std::string() : question.accept.front());
    case QuestionKind::kOrdering: {
      array ids;
      for (const std::string& step : question.steps) ids.emplace_back(choice_id(question, step));
      return ids;
    }
    case QuestionKind::kMatching: {
      base::json::object ids;
      for (const curriculum::Pair& pair : question.pairs) {
        ids[choice_id(question, pair.left)] = choice_id(question, pair.right);
      }
      return ids;
    }
  }
  return nullptr;
}

}  // namespace groundwork::assess
